using CsCheck;

namespace OrleansTasks.Tests.Unit;

public sealed class ResultSequencerTests
{
    private readonly ResultSequencer _sequencer = new();

    [Fact]
    public void Offer_FirstOfAll_IsNextWhateverItsNumber()
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
    public void Skip_GapThatCannotBeFilled_TellsItsLength()
    {
        _sequencer.StartAfter(2);

        Assert.Equal(ResultSequencer.Verdict.AfterGap, _sequencer.Offer(Result(7)));
        Assert.Equal(4, _sequencer.Skip(Result(7)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(8)));
    }

    [Fact]
    public void Offer_LowNumberThatEndedMuchLater_StartsTheCountAgain()
    {
        _sequencer.StartAfter(0);
        _sequencer.Offer(Result(1));
        _sequencer.Offer(Result(2));

        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(1, seconds: 60)));
        Assert.Equal(ResultSequencer.Verdict.AfterGap, _sequencer.Offer(Result(3, seconds: 62)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(2, seconds: 61)));
    }

    /// <summary>Numbers are given where the task is, and the end is read where it ran: the clocks of two silos differ a little.</summary>
    [Fact]
    public void Offer_EarlierNumberThatEndedALittleLater_IsSeen()
    {
        _sequencer.Offer(Result(5, seconds: 10));

        Assert.Equal(ResultSequencer.Verdict.Seen, _sequencer.Offer(Result(4, seconds: 10.2)));
        Assert.Equal(ResultSequencer.Verdict.Next, _sequencer.Offer(Result(6, seconds: 10.1)));
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

    private static TaskResult Result(long sequence, double? seconds = null) => new()
    {
        RunId = new RunId("x", Guid.Empty),
        Sequence = sequence,
        Status = RunStatus.Succeeded,
        FinishedAt = DateTimeOffset.UnixEpoch.AddSeconds(seconds ?? sequence),
    };
}
