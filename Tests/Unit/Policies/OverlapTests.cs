using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit.Policies;

public sealed class OverlapTests
{
    [Theory]
    [InlineData(OverlapPolicy.Skip, "Start Skip Skip Skip")]
    [InlineData(OverlapPolicy.Allow, "Start Start Start Start")]
    [InlineData(OverlapPolicy.QueueOne, "Start Queue Skip Skip")]
    [InlineData(OverlapPolicy.QueueAll, "Start Queue Queue Skip")]
    [InlineData(OverlapPolicy.CancelRunning, "Start Replace Replace Replace")]
    public void Of_NoneOneOrSeveralInProgress_FollowsThePolicy(OverlapPolicy policy, string decisions)
    {
        var situations = new (int UnderWay, int Queued)[] { (0, 0), (1, 0), (1, 1), (1, 2) };

        Assert.Equal(decisions,
            string.Join(' ', situations.Select(s => Overlaps.Of(policy, s.UnderWay, s.Queued, limit: 2, isMadeUp: false))));
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip)]
    [InlineData(OverlapPolicy.QueueOne)]
    [InlineData(OverlapPolicy.QueueAll)]
    [InlineData(OverlapPolicy.CancelRunning)]
    public void Of_CatchUpOccurrence_WaitsAndIsNeverSkipped(OverlapPolicy policy)
    {
        Assert.Equal(Overlaps.Decision.Start, Overlaps.Of(policy, 0, 0, 2, isMadeUp: true));
        Assert.Equal(Overlaps.Decision.Queue, Overlaps.Of(policy, 1, 0, 2, isMadeUp: true));
        Assert.Equal(Overlaps.Decision.Queue, Overlaps.Of(policy, 1, 99, 2, isMadeUp: true));
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, false)]
    [InlineData(OverlapPolicy.QueueAll, false)]
    [InlineData(OverlapPolicy.QueueAll, true)]
    public void Of_SomeQueuedAndNoneInProgress_WaitsBehindThem(OverlapPolicy policy, bool isMadeUp) =>
        Assert.NotEqual(Overlaps.Decision.Start, Overlaps.Of(policy, 0, 1, 2, isMadeUp));
}
