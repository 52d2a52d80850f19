using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Publishing;

namespace OrleansTasks.Tests.Unit.Streams;

/// <summary>Tests which results a task publishes on its stream, and when it asks whether anybody wants them.</summary>
public sealed class StreamDemandTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Decide_FewResults_SendsThem()
    {
        var demand = new StreamDemand(_time);
        for (var n = 0; n < 10; n++)
        {
            Assert.Equal((true, false), demand.Decide(Results(1), crowded: false, mayAsk: true));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Decide_ManyResultsOfOneTask_AsksFourTimesASecondAndSendsWantedOnes()
    {
        var demand = new StreamDemand(_time);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal((true, true), demand.Decide(Results(100), crowded: false, mayAsk: true));
        Assert.Equal((true, false), demand.Decide(Results(100), crowded: false, mayAsk: true));
        Assert.Empty(demand.Answer(false));
        Assert.Equal((false, false), demand.Decide(Results(100), crowded: false, mayAsk: true));
        _time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal((false, true), demand.Decide(Results(100), crowded: false, mayAsk: true));
        Assert.Empty(demand.Answer(true));
        Assert.Equal((true, false), demand.Decide(Results(1), crowded: false, mayAsk: true));
    }

    [Fact]
    public void Decide_WhenTheTaskIsNoLongerBusy_SendsAgain()
    {
        var demand = new StreamDemand(_time);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        demand.Decide(Results(100), crowded: false, mayAsk: true);
        demand.Answer(false);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal((true, false), demand.Decide(Results(1), crowded: false, mayAsk: true));
    }

    [Fact]
    public void Decide_TaskAmongVeryMany_HoldsResultsUntilDemandIsKnown()
    {
        var demand = new StreamDemand(_time);
        var first = Results(1);
        var second = Results(2);

        Assert.Equal((false, true), demand.Decide(first, crowded: true, mayAsk: true));
        Assert.Equal((false, false), demand.Decide(second, crowded: true, mayAsk: true));
        Assert.Equal(first.Concat(second), demand.Answer(true));
        Assert.Equal((true, false), demand.Decide(Results(1), crowded: true, mayAsk: true));
    }

    [Fact]
    public void Decide_UnwantedTaskAmongVeryMany_DropsResultsAndAsksOnceAMinute()
    {
        var demand = new StreamDemand(_time);
        demand.Decide(Results(1), crowded: true, mayAsk: true);

        Assert.Empty(demand.Answer(false));
        for (var second = 1; second < 60; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal((false, false), demand.Decide(Results(1), crowded: true, mayAsk: true));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((false, true), demand.Decide(Results(1), crowded: true, mayAsk: true));
        Assert.Empty(demand.Answer(true));
        Assert.Equal((true, false), demand.Decide(Results(1), crowded: true, mayAsk: true));
    }

    [Fact]
    public void Decide_DemandUnknown_Sends() =>
        Assert.Equal((true, false), new StreamDemand(_time).Decide(Results(1), crowded: true, mayAsk: false));

    [Fact]
    public void Want_NewDemand_ServesTheStreamImmediately()
    {
        var demand = new StreamDemand(_time);
        demand.Decide(Results(1), crowded: true, mayAsk: true);
        demand.Answer(false);
        demand.Want();

        Assert.Equal((true, false), demand.Decide(Results(1), crowded: true, mayAsk: true));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((true, true), demand.Decide(Results(1), crowded: true, mayAsk: true));
        demand.Want();
        demand.Answer(false);
        Assert.Equal((true, false), demand.Decide(Results(1), crowded: true, mayAsk: true));
    }

    private static TaskResult[] Results(int count) =>
        [.. Enumerable.Range(1, count).Select(n => new TaskResult { RunId = new RunId("t", Guid.CreateVersion7()), Sequence = n })];
}
