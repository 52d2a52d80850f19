using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Grains;

/// <summary>Tests the state of a task at an instant, whatever was stored about it before.</summary>
public sealed class TaskAtTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TaskEntry Paused = new()
    {
        Name = "t",
        Handler = "h",
        Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), Noon).Until(Noon.AddHours(5)),
        Anchor = Noon,
        State = TaskState.Paused,
        PausedUntil = Noon.AddHours(2),
        PausedBy = "ann",
        PauseCatchesUp = true,
    };

    [Theory]
    [InlineData(1, TaskState.Paused, 2)]
    [InlineData(2, TaskState.Active, 3)]
    [InlineData(4, TaskState.Active, 5)]
    [InlineData(5, TaskState.Completed, null)]
    public void ToInfo_AfterPauseAndScheduleEnd_ShowsTheCurrentState(int hours, TaskState state, int? next)
    {
        var at = Paused.At(Noon.AddHours(hours));
        var info = at.ToInfo(handlerAvailable: true, started: true, done: null);

        Assert.Equal((state, next is { } n ? Noon.AddHours(n) : (DateTimeOffset?)null), (info.State, info.NextDue));
        Assert.Equal(state == TaskState.Completed, at.IsOver());
        Assert.Equal(hours < 2 ? ("ann", PausedOccurrences.CatchUp) : (null, PausedOccurrences.Skip),
            (info.PausedBy, info.PausedOccurrences));
    }

    /// <summary>The clock was put back. The next due instant is one that has not run yet.</summary>
    [Fact]
    public void ToInfo_TaskAheadOfTheClock_ShowsTheFollowingOccurrence() =>
        Assert.Equal(Noon.AddHours(5),
            Paused.At(Noon.AddHours(2)).ToInfo(handlerAvailable: true, started: true, done: Noon.AddHours(4)).NextDue);
}
