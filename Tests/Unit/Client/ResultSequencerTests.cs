using CsCheck;
using OrleansTasks.Client.Feeds;

namespace OrleansTasks.Tests.Unit;

public sealed class ResultSequencerTests
{
    private readonly ResultSequencer _sequencer = new();

    [Fact]
    public void Offer_FirstOfAll_IsNextWithAnyNumber()
    {
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(41)));
        Assert.Equal(41, _sequencer.Last);
    }

    [Fact]
    public void Offer_InOrder_IsNextEachTime()
    {
        _sequencer.StartAfter(0);

        Assert.All(Enumerable.Range(1, 5), n => Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(n))));
    }

    [Fact]
    public void Offer_AgainOrBeforeTheSubscription_IsSeen()
    {
        _sequencer.StartAfter(2);

        Assert.Equal(ResultSequencer.Verdict.Seen, _sequencer.Offer(Result(2)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(3)));
        Assert.Equal(ResultSequencer.Verdict.Seen, _sequencer.Offer(Result(3)));
        Assert.Equal(ResultSequencer.Verdict.Seen, _sequencer.Offer(Result(1)));
        Assert.Equal(3, _sequencer.Last);
    }

    [Fact]
    public void Offer_AfterAGap_WaitsUntilTheGapIsFilled()
    {
        _sequencer.StartAfter(0);

        Assert.Equal(ResultSequencer.Verdict.AfterGap, _sequencer.Offer(Result(3)));
        Assert.Equal(0, _sequencer.Last);
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(1)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(2)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(3)));
    }

    [Fact]
    public void Skip_GapThatCannotBeFilled_ReturnsItsLength()
    {
        _sequencer.StartAfter(2);

        Assert.Equal(ResultSequencer.Verdict.AfterGap, _sequencer.Offer(Result(7)));
        Assert.Equal(4, _sequencer.Skip(Result(7)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(8)));
    }

    [Fact]
    public void Offer_LowNumberOfAnotherRegistry_StartsTheCountAgain()
    {
        var (before, now) = (Guid.NewGuid(), Guid.NewGuid());
        _sequencer.StartAfter(0);
        _sequencer.Offer(Result(1, before));
        _sequencer.Offer(Result(2, before));

        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(1, now)));
        Assert.Equal(ResultSequencer.Verdict.AfterGap, _sequencer.Offer(Result(3, now)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(2, now)));
    }

    /// <summary>A silo that was declared dead and runs for a moment longer gives its results numbers of its own.</summary>
    [Fact]
    public void Offer_LowNumberOfTheSameRegistryOrOfNone_IsSeenHoweverLateItEnded()
    {
        var registry = Guid.NewGuid();
        _sequencer.Offer(Result(5, registry));

        Assert.Equal(ResultSequencer.Verdict.Seen,
            _sequencer.Offer(Result(3, registry) with { FinishedAt = DateTimeOffset.UnixEpoch.AddDays(1) }));
        Assert.Equal(ResultSequencer.Verdict.Seen, _sequencer.Offer(Result(4) with { FinishedAt = DateTimeOffset.UnixEpoch.AddDays(1) }));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(6, registry)));
    }

    [Fact]
    public void Offer_AnyRepetitionAndOrderWithTheHistorysHelp_PassesEachOnceInOrder() =>
        Gen.Int[1, 20].List[0, 60].Sample(deliveries =>
        {
            var sequencer = new ResultSequencer();
            sequencer.StartAfter(0);
            var passed = new List<long>();
            foreach (var n in deliveries)
            {
                if (sequencer.Offer(Result(n)) is ResultSequencer.Verdict.AfterGap)
                {
                    for (var missing = sequencer.Last + 1; missing < n; missing++)
                    {
                        Assert.Equal(ResultSequencer.Verdict.Next, sequencer.Offer(Result(missing)));
                        passed.Add(missing);
                    }

                    Assert.Equal(ResultSequencer.Verdict.Next, sequencer.Offer(Result(n)));
                    passed.Add(n);
                }
                else if (sequencer.Last == n && !passed.Contains(n))
                {
                    passed.Add(n);
                }
            }

            Assert.Equal(Enumerable.Range(1, deliveries.Count == 0 ? 0 : deliveries.Max()).Select(n => (long)n), passed);
        });

    private static TaskResult Result(long sequence, Guid registry = default) => new()
    {
        RunId = new RunId("x", Guid.Empty),
        Sequence = sequence,
        Status = RunStatus.Succeeded,
        Registry = registry,
        FinishedAt = DateTimeOffset.UnixEpoch.AddSeconds(sequence),
    };
}
