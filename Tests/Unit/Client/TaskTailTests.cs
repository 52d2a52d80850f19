using CsCheck;
using OrleansTasks.Client.Feeds;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskTailTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly TaskTail _tail = new("x", Period, 1000, new HeldBytes(long.MaxValue));

    [Fact]
    public void Offer_AfterAGap_HoldsUntilTheHistoryHasFilledIt()
    {
        _tail.StartAfter(0);
        Assert.Equal([1], Numbers(_tail.Offer(Result(1))));
        Assert.Empty(_tail.Offer(Result(4)));
        Assert.Empty(_tail.Offer(Result(5)));
        Assert.Equal(TimeSpan.Zero, _tail.DueAfter);

        Assert.Equal([2, 3, 4, 5], Numbers(_tail.Fill([Result(2), Result(3), Result(4)], isAll: true, _tail.Now)));
        Assert.Equal(Period, _tail.DueAfter);
    }

    [Fact]
    public void Offer_PartialResult_FetchesTheWholeFromTheHistory()
    {
        _tail.StartAfter(0);
        Assert.Equal([1], Numbers(_tail.Offer(Result(1))));
        Assert.Empty(_tail.Offer(Result(2).Part()));
        Assert.Empty(_tail.Offer(Result(3)));
        Assert.Equal(TimeSpan.Zero, _tail.DueAfter);

        var passed = _tail.Fill([Result(2)], isAll: true, _tail.Now);
        Assert.Equal([2, 3], Numbers(passed));
        Assert.DoesNotContain(passed, r => r.IsPartial);
        Assert.Empty(_tail.Offer(Result(2).Part()));
        Assert.Equal([4], Numbers(_tail.Offer(Result(4))));
    }

    [Fact]
    public void Fill_WithAPageThatEndsBeforeAPart_WaitsForTheNextPage()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(1).Part());
        _tail.Offer(Result(2).Part());

        Assert.Equal([1], Numbers(_tail.Fill([Result(1)], isAll: false, _tail.Now)));
        Assert.Equal(TimeSpan.Zero, _tail.DueAfter);
        Assert.Equal([2], Numbers(_tail.Fill([Result(2)], isAll: true, _tail.Now)));
    }

    [Fact]
    public void Offer_PartialResultOfANewTask_FetchesItAndNothingBefore()
    {
        Assert.Empty(_tail.Offer(Result(7).Part()));
        Assert.Equal(6, _tail.Last);
        Assert.Equal([7], Numbers(_tail.Fill([Result(7)], isAll: true, _tail.Now)));
    }

    [Fact]
    public void Fill_WholeResultDroppedFromTheHistory_PassesThePart()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(1).Part());

        Assert.True(Assert.Single(_tail.Fill([], isAll: true, _tail.Now)).IsPartial);
    }

    [Fact]
    public void Fill_WithAnAnswerFromBeforeTheGap_KeepsHolding()
    {
        _tail.StartAfter(0);
        var asked = _tail.Now;
        _tail.Offer(Result(3));

        // The request was sent before 1 to 3 had ended, so its answer says nothing about them.
        Assert.Empty(_tail.Fill([], isAll: true, asked));
        Assert.True(_tail.IsHolding);
        Assert.Equal([1, 2, 3], Numbers(_tail.Fill([Result(1), Result(2), Result(3)], isAll: true, _tail.Now)));
    }

    /// <summary>The stream lost 3, so the tail asked the history up to 3. Meanwhile 4 and 5 ended, and the stream lost 4 too.</summary>
    [Fact]
    public void Fill_PageOlderThanTheHeldResults_ContinuesAsking()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(3));
        var asked = _tail.Now;
        _tail.Offer(Result(5));

        Assert.Equal([1, 2, 3], Numbers(_tail.Fill([Result(1), Result(2), Result(3)], isAll: true, asked, through: 3)));
        Assert.Equal((true, TimeSpan.Zero), (_tail.IsHolding, _tail.DueAfter));
        Assert.Equal([4, 5], Numbers(_tail.Fill([Result(4), Result(5)], isAll: true, _tail.Now, through: 5)));
    }

    [Fact]
    public void Fill_PageEndingBetweenHeldResults_ContinuesAsking()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(2));
        _tail.Offer(Result(6));

        Assert.Equal([1, 2, 3, 4], Numbers(_tail.Fill([Result(1), Result(2), Result(3), Result(4)], isAll: false, _tail.Now)));
        Assert.Equal([5, 6], Numbers(_tail.Fill([Result(5), Result(6)], isAll: true, _tail.Now, through: 6)));
    }

    [Fact]
    public void Fill_PageEndingBeforeTheNextResult_PassesThatImmediately()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(2));
        var asked = _tail.Now;
        _tail.Offer(Result(3));

        Assert.Equal([1, 2, 3], Numbers(_tail.Fill([Result(1), Result(2)], isAll: true, asked, through: 2)));
        Assert.False(_tail.IsHolding);
    }

    /// <summary>More results arrived than the tail may hold. What it holds now is far beyond the range of the request.</summary>
    [Fact]
    public void Fill_AfterAnOverflow_ReportsOnlyConfirmedGaps()
    {
        var tail = new TaskTail("x", Period, 2, new HeldBytes(long.MaxValue));
        tail.StartAfter(0);
        tail.Offer(Result(3));
        var asked = tail.Now;
        tail.Offer(Result(8));
        tail.Offer(Result(9));

        Assert.Equal([1, 2, 3], Numbers(tail.Fill([Result(1), Result(2), Result(3)], isAll: true, asked, through: 4)));
        Assert.Equal([4, 5, 6, 7, 8, 9],
            Numbers(tail.Fill([.. Enumerable.Range(4, 6).Select(static n => Result(n))], isAll: true, tail.Now, through: 9)));
    }

    /// <summary>
    /// A silo that was declared dead may answer without its successor's results, so the tail repeats the request. If the answer stays the
    /// same for a minute, storage has gone back.
    /// </summary>
    [Fact]
    public void Fill_HeldResultsMissingFromTheHistory_AreGivenUpAfterAMinute()
    {
        _tail.StartAfter(1);
        _tail.Offer(Result(4));
        for (var n = 0; n < 12; n++)
        {
            Assert.Empty(_tail.Fill([], isAll: true, _tail.Now, through: 1));
            Assert.Equal(Period, _tail.DueAfter);
        }

        Assert.Equal([(RunStatus.Gap, 2L), (RunStatus.Succeeded, 0L)],
            _tail.Fill([], isAll: true, _tail.Now, through: 1).Select(static r => (r.Status, r.Missed)));
    }

    [Fact]
    public void Fill_PageOvertakenByTheStream_IsIgnored()
    {
        _tail.StartAfter(0);
        var asked = _tail.Now;
        Assert.Equal([1], Numbers(_tail.Offer(Result(1))));

        // The history keeps two results. The stream still delivers 2 to 8.
        Assert.Empty(_tail.Fill([Result(9), Result(10)], isAll: true, asked));
        Assert.Equal([2], Numbers(_tail.Offer(Result(2))));
    }

    [Fact]
    public void Fill_HistoryUnreachable_LosesNothing()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(2));
        Assert.Empty(_tail.Fill(null, isAll: true, _tail.Now));
        Assert.Empty(_tail.Offer(Result(3)));

        Assert.Equal([1, 2, 3], Numbers(_tail.Fill([Result(1), Result(2)], isAll: true, _tail.Now)));
    }

    [Fact]
    public void Fill_LongGap_ContinuesUntilItIsFilled()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(6));

        Assert.Equal([1, 2], Numbers(_tail.Fill([Result(1), Result(2)], isAll: false, _tail.Now)));
        Assert.Equal(TimeSpan.Zero, _tail.DueAfter);
        Assert.Equal([3, 4], Numbers(_tail.Fill([Result(3), Result(4)], isAll: false, _tail.Now)));
        Assert.Equal([5, 6], Numbers(_tail.Fill([Result(5), Result(6)], isAll: false, _tail.Now)));
    }

    [Fact]
    public void Fill_HistoryDroppedResults_ReportsAGap()
    {
        _tail.StartAfter(0);
        _tail.Offer(Result(9));

        var passed = _tail.Fill([Result(5), Result(8)], isAll: true, _tail.Now);

        Assert.Equal(
            [(RunStatus.Gap, 4L, 4L), (RunStatus.Succeeded, 5L, 0L), (RunStatus.Gap, 7L, 2L), (RunStatus.Succeeded, 8L, 0L),
                (RunStatus.Succeeded, 9L, 0L)], passed.Select(r => (r.Status, r.Sequence, r.Missed)));
    }

    /// <summary>A silent stream must not end the checks, since only the history then has the results.</summary>
    [Fact]
    public void Fill_NothingNew_IsRepeatedLessOften()
    {
        _tail.Offer(Result(1));
        var pauses = new List<double>();
        for (var n = 0; n < 10; n++)
        {
            _tail.Fill([], isAll: true, _tail.Now);
            pauses.Add(_tail.DueAfter.TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 320, 320, 320], pauses);
        Assert.Equal([2], Numbers(_tail.Fill([Result(2)], isAll: true, _tail.Now)));
        Assert.Equal(Period, _tail.DueAfter);
        Assert.False(_tail.IsOver);
    }

    [Fact]
    public void Offer_BeyondTheLimit_FallsBackToTheHistory()
    {
        var tail = new TaskTail("x", Period, 3, new HeldBytes(long.MaxValue));
        tail.StartAfter(0);
        foreach (var n in Enumerable.Range(2, 9))
        {
            tail.Offer(Result(n));
        }

        Assert.Equal(Enumerable.Range(1, 10),
            Numbers(tail.Fill([.. Enumerable.Range(1, 10).Select(n => Result(n))], isAll: true, tail.Now)));
    }

    /// <summary>
    /// The stream may lose, repeat or delay results. The history may answer late, fail, or answer from a silo that was replaced.
    /// Each result still arrives once and in order, and gaps cover only what the history has dropped.
    /// </summary>
    [Fact]
    public void OfferAndFill_InAnyOrder_PassEachOnceInOrder() =>
        Gen.Select(Gen.Int[0, 8].List[0, 80], Gen.Int[1, 40]).Sample((steps, kept) =>
        {
            var tail = new TaskTail("x", Period, 10, new HeldBytes(long.MaxValue));
            tail.StartAfter(0);
            var passed = new List<TaskResult>();
            var last = 0;
            var oldest = 0;
            (IReadOnlyList<TaskResult> Page, bool IsAll, TaskTail.Sight Sight, long Through)? asked = null;
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0:
                        last++;
                        break;
                    case 1 or 2:
                        passed.AddRange(tail.Offer(Result(++last)));
                        break;
                    case 3 when last > 1:
                        passed.AddRange(tail.Offer(Result(last - 1)));
                        break;
                    case 4:
                        passed.AddRange(tail.Fill(null, isAll: true, tail.Now));
                        break;
                    case 5 or 6:
                        asked ??= Answer(step == 5 ? 2 : 500, last);
                        break;
                    case 7:
                        // An answer from a silo that was replaced some results ago.
                        asked ??= Answer(500, Math.Max(0, last - 3));
                        break;
                    default:
                        Take();
                        break;
                }
            }

            Take();
            do
            {
                asked = Answer(500, last);
                Take();
            }
            while (tail.Last < last);

            var next = 1L;
            foreach (var result in passed)
            {
                Assert.Equal(next, result.Sequence - Math.Max(0, result.Missed - 1));
                Assert.True(result.Missed == 0 || result.Sequence <= oldest,
                    $"{result.Sequence} is said to be lost, and is kept from {oldest} on.");
                next = result.Sequence + 1;
            }

            Assert.Equal(last + 1, next);

            (IReadOnlyList<TaskResult> Page, bool IsAll, TaskTail.Sight Sight, long Through) Answer(int limit, int known)
            {
                oldest = Math.Max(oldest, last - kept);
                var page = Enumerable.Range(1, known).Where(n => n > known - kept && n > tail.Last).Take(limit)
                    .Select(static n => Result(n)).ToList();
                return (page, page.Count < limit, tail.Now, known);
            }

            void Take()
            {
                if (asked is { } answer)
                {
                    passed.AddRange(tail.Fill(answer.Page, answer.IsAll, answer.Sight, answer.Through));
                    asked = null;
                }
            }
        });

    private static IEnumerable<int> Numbers(IEnumerable<TaskResult> results) => results.Select(r => (int)r.Sequence);

    private static TaskResult Result(long sequence) =>
        new() { RunId = new RunId("x", Guid.Empty), Sequence = sequence, Status = RunStatus.Succeeded };
}
