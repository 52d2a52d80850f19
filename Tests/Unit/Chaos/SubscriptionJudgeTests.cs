using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the checker finds results that a subscriber missed, or that arrived wrongly.</summary>
public sealed class SubscriptionJudgeTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Decide_EachOnceAndInOrder_FindsNothing() => Assert.Empty(Decide(Results(1, 30)));

    [Fact]
    public void Decide_MoreThanTheHistoryHolds_FindsNothing()
    {
        // Two harmless gaps: results that were lost with a silo before they were written, and numbers that stayed unused.
        var heard = Results(1, 40).Where(h => h.Sequence != 12).ToList();
        Assert.Empty(Decide(heard, [.. Kept().Where(r => r.Sequence is < 10 or > 15)]));
        Assert.Empty(Decide([.. Results(1, 9), Gap(10, 15), .. Results(16, 30)], [.. Kept().Where(r => r.Sequence is < 10 or > 15)]));
    }

    [Theory]
    [InlineData(12, 12, 1)]
    [InlineData(12, 20, 9)]
    [InlineData(28, 30, 3)]
    [InlineData(1, 30, 30)]
    public void Decide_MissingResults_AreNotDelivered(int from, int to, int results)
    {
        var misheard = Assert.Single(Decide([.. Results(1, 30).Where(h => h.Sequence < from || h.Sequence > to)]));
        Assert.StartsWith($"unheard: task number {from}", misheard.Text, StringComparison.Ordinal);
        Assert.Equal(results, misheard.Results);
    }

    [Fact]
    public void Decide_AGapWithinTheHistory_IsNotDelivered()
    {
        var misheard = Assert.Single(Decide([.. Results(1, 9), Gap(10, 15), .. Results(16, 30)]));
        Assert.StartsWith("unheard: task number 10 to 15 (6 results)", misheard.Text, StringComparison.Ordinal);
        Assert.Contains("the history holds them", misheard.Text, StringComparison.Ordinal);
        Assert.Equal(6, misheard.Results);
    }

    [Fact]
    public void Decide_ARepeatedResult_IsDeliveredTwice() =>
        Assert.StartsWith("heard twice: task number 7", Assert.Single(Decide([.. Results(1, 30), .. Results(7, 7)])).Text,
            StringComparison.Ordinal);

    [Fact]
    public void Decide_AnOlderResultAfterALaterOne_IsOutOfOrder()
    {
        Assert.StartsWith("out of order: task number 7",
            Assert.Single(Decide([.. Results(1, 6), .. Results(8, 30), .. Results(7, 7)])).Text, StringComparison.Ordinal);
        Assert.StartsWith("out of order: task gap from number 29", Assert.Single(Decide([.. Results(1, 30), Gap(29, 30)])).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_MissingFirstResults_NeedAFault()
    {
        var fault = new Fault(FaultKind.Kill, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), new Victim.Silo(0));
        Assert.Equal(2, Assert.Single(Decide(Results(3, 30))).Results);
        Assert.Empty(Decide(Results(3, 30), null, new Outage(fault, At(1), At(2))));
        Assert.Equal(2, Assert.Single(Decide(Results(3, 30), null, new Outage(fault, At(20), At(25)))).Results);
    }

    [Fact]
    public void Decide_ASubscriptionThatEnded_IsFound() =>
        Assert.Contains("ended by itself",
            Assert.Single(SubscriptionJudge.Decide(new Subscription(Results(1, 30), Kept(), "a fault"), [])).Text,
            StringComparison.Ordinal);

    [Fact]
    public void Judge_APlantedLoss_CountsInTheVerdict()
    {
        var claims = new Claims([], [], [], new Dictionary<Guid, TaskResult>());
        var whole = new Subscription(Results(1, 30), Kept());
        Assert.True(Judge.Decide(claims with { Subscription = whole }, [], []).Kept);
        var verdict = Judge.Decide(claims with { Subscription = Plant.Apply("unheard", whole) }, [], []);
        Assert.False(verdict.Kept);
        Assert.Equal(1, verdict.Unheard);
    }

    private static List<Misheard> Decide(IReadOnlyList<Heard> heard, IReadOnlyList<TaskResult>? kept = null, params Outage[] outages) =>
        [.. SubscriptionJudge.Decide(new Subscription(heard, kept ?? Kept()), outages)];

    private static List<Heard> Results(int from, int to) =>
        [.. Enumerable.Range(from, to - from + 1).Select(n => new Heard(At(n), "task", n))];

    private static Heard Gap(int from, int to) => new(At(to), "task", to, to - from + 1);

    private static List<TaskResult> Kept() =>
    [
        .. from n in Enumerable.Range(1, 30)
           select new TaskResult
           {
               RunId = RunId.Of("task", At(n)),
               Sequence = n,
               FinishedAt = At(n),
               Trigger = RunTrigger.Schedule,
               Status = RunStatus.Succeeded
           },
    ];

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);
}
