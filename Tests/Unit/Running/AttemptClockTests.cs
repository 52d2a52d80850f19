namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests that the limits of an attempt follow its task's time, whatever the silo's wall clock says.</summary>
public sealed class AttemptClockTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(5);

    public static TheoryData<int> WrongBy => [-5, 0, 5];

    [Theory]
    [MemberData(nameof(WrongBy))]
    public async Task Limits_WrongSiloClock_ShortenNoRun(int hours)
    {
        using var rig = new RunnerRig();
        rig.Wall.Ahead = TimeSpan.FromHours(hours);
        rig.Define("h", static (_, _) => Task.CompletedTask);

        var outcome = await rig.Start(Order(1)).Ended;

        Assert.Equal((RunStatus.Succeeded, TaskRig.Start, TaskRig.Start), (outcome.Status, outcome.StartedAt!.Value, outcome.FinishedAt));
    }

    /// <summary>The run must start within 10 s. It gets a place after 15 s, or after 9 s.</summary>
    [Theory]
    [InlineData(-5, 15, RunStatus.Expired)]
    [InlineData(0, 15, RunStatus.Expired)]
    [InlineData(5, 15, RunStatus.Expired)]
    [InlineData(-5, 9, RunStatus.Succeeded)]
    [InlineData(5, 9, RunStatus.Succeeded)]
    public async Task ExpiresAt_ClockStepWhileWaiting_UsesElapsedTime(int hours, int seconds, RunStatus expected)
    {
        using var rig = new RunnerRig();
        var (begun, letGo) = rig.DefineHeld("held");
        rig.Define("h", static (_, _) => Task.CompletedTask);
        var first = rig.Start(RunnerRig.Order(0, "held"));
        await begun;
        var waiting = rig.Start(Order(1));

        rig.Wall.Ahead = TimeSpan.FromHours(hours);
        rig.Clock.Advance(TimeSpan.FromSeconds(seconds));
        letGo.SetResult();

        Assert.Equal(expected, (await waiting.Ended).Status);
        Assert.Equal(RunStatus.Succeeded, (await first.Ended).Status);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task Deadline_ClockStepDuringAnAttempt_EndsItAtTheDeadline(int hours)
    {
        using var rig = new RunnerRig();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Define("h", async (_, run) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, rig.Clock, run.CancellationToken);
        });
        rig.Wall.Ahead = Long;
        var run = rig.Start(Order(1));
        await begun.Task;

        rig.Wall.Ahead = TimeSpan.FromHours(hours);
        rig.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.False(run.Run.ToHeld().Cancelling);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        var outcome = await run.Ended;

        Assert.Equal((RunStatus.TimedOut, TaskRig.Start, TaskRig.Start.AddSeconds(20)),
            (outcome.Status, outcome.StartedAt!.Value, outcome.FinishedAt));
    }

    [Fact]
    public async Task Times_OrderOfAnEarlierVersion_UseTheSilosClock()
    {
        using var rig = new RunnerRig();
        rig.Wall.Ahead = Long;
        rig.Define("h", static (_, _) => Task.CompletedTask);

        var outcome = await rig.Start(RunnerRig.Order(1)).Ended;

        Assert.Equal((RunStatus.Succeeded, TaskRig.Start + Long), (outcome.Status, outcome.FinishedAt));
    }

    private static Runs.RunOrder Order(int run) =>
        RunnerRig.Order(run) with
        {
            OrderedAt = TaskRig.Start,
            ExpiresAt = TaskRig.Start.AddSeconds(10),
            Deadline = TaskRig.Start.AddSeconds(20)
        };
}
