using OrleansTasks.Partitions;
using OrleansTasks.Policies;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

public sealed class LossTests
{
    private static readonly Guid Mine = Guid.NewGuid();
    private static readonly Guid Other = Guid.NewGuid();

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 10, 12)]
    [InlineData(3, 20, 24)]
    [InlineData(6, 160, 192)]
    [InlineData(7, 300, 360)]
    [InlineData(100, 300, 360)]
    public void Wait_AfterLosses_GrowsUpToALimit(int losses, double least, double most)
    {
        var wait = LostAttempts.Wait(losses, Guid.NewGuid()).TotalSeconds;

        Assert.InRange(wait, least, most);
    }

    [Theory]
    [InlineData(0, 3, false)]
    [InlineData(1, 3, false)]
    [InlineData(2, 3, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 2, true)]
    public void IsLastChance_EachCount_DependsOnTheLimit(int losses, int most, bool expected) =>
        Assert.Equal(expected, LostAttempts.IsLastChance(losses, most));

    [Fact]
    public void Outcome_OfALoss_NamesCountSilosAndRemedy()
    {
        var outcome = LostAttempts.Outcome(3, 4, null, "S1", DateTimeOffset.UnixEpoch);

        Assert.Equal(RunStatus.Lost, outcome.Status);
        Assert.StartsWith("3 times the silo was lost while an attempt of this run was active, the last time during attempt 4 on S1.",
            outcome.Error, StringComparison.Ordinal);
        Assert.Contains("TaskOptions.MaxLosses", outcome.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, int, bool, bool> Marked => new()
    {
        // Columns: the case, attempts, ended attempts, marked by another activation, lost.
        { "never marked", 0, 0, true, false },
        { "marked by another", 1, 0, true, true },
        { "marked by this one", 1, 0, false, false },
        { "ended", 1, 1, true, false },
        { "second, marked by another", 2, 1, true, true },
    };

    [Theory]
    [MemberData(nameof(Marked))]
    public void IsLost_AttemptOfAnEndedActivation_IsTrue(string what, int attempts, int ended, bool byOther, bool expected)
    {
        var run = Run() with { Attempts = attempts, EndedAttempts = ended, Marker = byOther ? Other : Mine };

        Assert.True(LossMarks.IsLost(run, Mine) == expected, what);
        Assert.False(LossMarks.IsLost(run with { Guarantee = RunGuarantee.AtMostOnce }, Mine));
        Assert.False(LossMarks.IsLost(run with { Result = new TaskResult { RunId = run.RunId } }, Mine));
    }

    [Fact]
    public void IsFresh_OnlyForARepeatableFirstAttempt()
    {
        Assert.True(LossMarks.IsFresh(Run(), TaskOptions.Default));
        Assert.False(LossMarks.IsFresh(Run(), new TaskOptions { MaxLosses = 1 }));
        Assert.False(LossMarks.IsFresh(Run() with { Guarantee = RunGuarantee.AtMostOnce }, TaskOptions.Default));
        Assert.False(LossMarks.IsFresh(Run() with { Attempts = 1 }, TaskOptions.Default));
        Assert.False(LossMarks.IsFresh(Run() with { Losses = 1 }, TaskOptions.Default));
        Assert.True(LossMarks.IsFresh(Run() with { Arguments = [new string('x', 20_000)] }, TaskOptions.Default));
        Assert.False(LossMarks.IsFreshAndSmall(Run() with { Arguments = [new string('x', 20_000)] }, TaskOptions.Default));
    }

    [Fact]
    public void Describe_RunsInProgress_NamesTheMostSuspiciousFirst()
    {
        var runs = Enumerable.Range(0, 12).Select(n => Run() with { Attempts = 1, Marker = Other, Losses = n == 5 ? 2 : 0 }).ToList();

        var text = LossMarks.Describe(runs.Append(Run()));

        Assert.StartsWith($"{runs[5].RunId} (attempt 1, lost 2 times before), ", text, StringComparison.Ordinal);
        Assert.EndsWith(" and 2 more", text, StringComparison.Ordinal);
        Assert.Null(LossMarks.Describe([Run()]));
    }

    [Fact]
    public void After_OwnersLossCount_IsKept()
    {
        var known = Run() with { Attempts = 1, Marker = Other };

        var after = known.After(known with { EndedAttempts = 1, Losses = 1 });

        Assert.Equal((1, 1, 1, null), (after.Attempts, after.EndedAttempts, after.Losses, after.Marker));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void MaxLosses_OutOfRange_IsAFault(int most, bool fault) =>
        Assert.Equal(fault, new TaskOptions { MaxLosses = most }.Faults().Any());

    private static StoredRun Run() => new() { RunId = new RunId("t", Guid.NewGuid()), Guarantee = RunGuarantee.AtLeastOnce };
}
