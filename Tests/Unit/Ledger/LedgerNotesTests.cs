using OrleansTasks.Ledger;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what was recorded about occurrences and is not in a ledger yet.</summary>
public sealed class LedgerNotesTests
{
    private static readonly DateTimeOffset First = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly OccurrenceNote Fired = new(OccurrenceOutcome.Fired, OutcomeReason.OnTime);
    private static readonly OccurrenceNote Skipped = new(OccurrenceOutcome.Skipped, OutcomeReason.Overlap);
    private readonly LedgerNotes _notes = new();

    [Fact]
    public void HasUntold_CountsOnlyOccurrencesMissingFromTheHistory()
    {
        Assert.False(_notes.HasAny || _notes.HasUntold);
        _notes.Add(First, Fired);
        Assert.Equal((true, false), (_notes.HasAny, _notes.HasUntold));
        _notes.Add(First.AddHours(1), Skipped);
        Assert.True(_notes.HasUntold);
        _notes.Clear();
        Assert.False(_notes.HasAny || _notes.HasUntold);
        _notes.Add(new OccurrenceSpan(First, First, OccurrenceOutcome.Missed, OutcomeReason.Outage));
        Assert.Equal((false, true), (_notes.HasAny, _notes.HasUntold));
    }

    [Fact]
    public void Add_ExpectedOccurrence_IsNoLongerExpected()
    {
        _notes.Expect([First, First.AddHours(1)]);
        _notes.Add(First, Fired);
        Assert.Equal([First.AddHours(1)], _notes.Expected);
    }

    /// <summary>A longer span replaces an earlier one with the same start and reason. An empty span is ignored.</summary>
    [Fact]
    public void Add_SameSpanTwice_CountsOnce()
    {
        _notes.Add(new OccurrenceSpan(First, First.AddHours(1), OccurrenceOutcome.Missed, OutcomeReason.Outage));
        _notes.Add(new OccurrenceSpan(First, First.AddHours(2), OccurrenceOutcome.Missed, OutcomeReason.Outage));
        _notes.Add(new OccurrenceSpan(First, First.AddHours(1), OccurrenceOutcome.Skipped, OutcomeReason.Paused));
        _notes.Add(new OccurrenceSpan(First, First.AddTicks(-1), OccurrenceOutcome.Skipped, OutcomeReason.Changed));
        Assert.Equal([(OutcomeReason.Outage, First.AddHours(2)), (OutcomeReason.Paused, First.AddHours(1))],
            _notes.Spans.Select(static s => (s.Reason, s.Until)));
    }

    /// <summary>
    /// A span that the ledger contains already does not make it due. It still replaces an earlier one that has not ended.
    /// </summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public void Add_SpanUpToWhereTheLedgerIs_IsDropped(int? hours, bool isKept)
    {
        _notes.Add(new OccurrenceSpan(First, DateTimeOffset.MaxValue, OccurrenceOutcome.Skipped, OutcomeReason.Stopped), First);
        _notes.Add(new OccurrenceSpan(First, First.AddHours(1), OccurrenceOutcome.Skipped, OutcomeReason.Stopped),
            hours is { } some ? First.AddHours(some) : null);
        Assert.Equal(isKept ? [First.AddHours(1)] : [], _notes.Spans.Select(static s => s.Until));
        Assert.Equal(isKept, _notes.HasUntold);
    }

    /// <summary>
    /// A fired occurrence stays fired, whatever was recorded before. A result adds nothing about an occurrence that is known to have fired.
    /// </summary>
    [Theory]
    [InlineData(null, RunStatus.Succeeded, OccurrenceOutcome.Fired)]
    [InlineData(OccurrenceOutcome.Skipped, RunStatus.Succeeded, OccurrenceOutcome.Fired)]
    [InlineData(OccurrenceOutcome.Fired, RunStatus.Lost, OccurrenceOutcome.Fired)]
    [InlineData(OccurrenceOutcome.Skipped, RunStatus.Cancelled, OccurrenceOutcome.Skipped)]
    public void With_AResultOfAnOccurrence_MarksItAsFired(OccurrenceOutcome? said, RunStatus status, OccurrenceOutcome expected)
    {
        if (said is { } outcome)
        {
            _notes.Add(First, outcome == OccurrenceOutcome.Fired ? Fired : Skipped);
        }

        var result = new TaskResult
        {
            RunId = RunId.Of("task", First),
            Trigger = RunTrigger.Schedule,
            ScheduledAt = First,
            StartedAt = status == RunStatus.Succeeded ? First : null,
            Status = status
        };
        var (notes, all, others) = _notes.With([result], static r => r.ScheduledAt, all: true);
        Assert.Equal((said is null ? 0 : 1, expected, false), (notes.Count, all[First].Outcome, others));
        Assert.True(
            _notes.With([new TaskResult { RunId = RunId.Of("task", First), Trigger = RunTrigger.Dispatch }], static r => r.ScheduledAt,
                all: true).HasOthers);
    }

    /// <summary>A note that arrives while the ledger takes over earlier ones is not dropped with them.</summary>
    [Fact]
    public void Remove_LaterFacts_AreKept()
    {
        _notes.Add(First, Skipped);
        _notes.Add(First.AddHours(1), Skipped);
        _notes.Add(First.AddHours(2), Skipped);
        _notes.Add(new OccurrenceSpan(First, First.AddHours(1), OccurrenceOutcome.Missed, OutcomeReason.Outage));
        var (said, _, _) = _notes.With([], static r => r.ScheduledAt, all: true);
        _notes.Add(First, Fired);
        _notes.Remove(said, First.AddHours(1));
        Assert.Equal((true, false, true), (_notes.Has(First), _notes.Has(First.AddHours(1)), _notes.Has(First.AddHours(2))));
        Assert.Empty(_notes.Spans);
        Assert.True(_notes.HasUntold);
        _notes.Add(First.AddHours(2), Fired);
        (said, _, _) = _notes.With([], static r => r.ScheduledAt, all: true);
        _notes.Remove(said, First);
        Assert.False(_notes.HasUntold);
    }

    /// <summary>
    /// Results are read only once, however many there are. The exceptions are newer results, and those of occurrences outside the ledger.
    /// All are read again if a new note may contradict them, or if what the ledger took over was undone.
    /// </summary>
    [Fact]
    public void With_ProcessedResults_OmitsThem()
    {
        var results = Enumerable.Range(1, 6).Reverse().Select(static n => Result(n)).ToList();
        Look(through: 4, 1, 2, 3, 4, 5, 6);
        Look(through: 5, 5, 6);
        results.Insert(0, Result(7));
        Look(through: 7, 6, 7);
        Look(through: 7);
        _notes.Add(First.AddHours(2), Skipped);
        Look(through: 7, 1, 2, 3, 4, 5, 6, 7);
        Look(through: 7);
        _notes.LookAgain();
        Look(through: 7, 1, 2, 3, 4, 5, 6, 7);
        _notes.Clear();
        Look(through: 7, 1, 2, 3, 4, 5, 6, 7);

        void Look(int through, params int[] expected)
        {
            var looked = new List<int>();
            var (said, _, _) = _notes.With(
                results,
                r =>
                {
                    looked.Add((int)r.Sequence);
                    return r.ScheduledAt;
                },
                all: false);
            Assert.Equal(expected, looked.Order());
            _notes.Remove(said, First.AddHours(through));
        }

        static TaskResult Result(int n) =>
            new()
            {
                RunId = RunId.Of("task", First.AddHours(n)),
                Sequence = n,
                Trigger = RunTrigger.Schedule,
                ScheduledAt = First.AddHours(n)
            };
    }
}
