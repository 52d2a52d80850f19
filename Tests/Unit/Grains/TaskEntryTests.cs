namespace OrleansTasks.Tests.Unit.Grains;

/// <summary>What a registry entry tells of the changes that were made to it.</summary>
public sealed class TaskEntryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TaskEntry Paused = new TaskEntry { Name = "t", Handler = "t", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), Noon), State = TaskState.Paused, PausedUntil = Noon.AddHours(2) }
        .With(new TaskChange { At = Noon, Kind = TaskEventKind.TaskPaused, By = "ann" });

    [Fact]
    public void ChangesAt_WhileAPauseLasts_AreThoseThatWereMade() => Assert.Equal(Paused.Changes, Paused.ChangesAt(Noon.AddHours(1)));

    [Fact]
    public void ChangesAt_AfterAPauseThatEndedByItself_TellThat()
    {
        var resumed = Paused.ChangesAt(Noon.AddHours(3))![^1];

        Assert.Equal((Noon.AddHours(2), TaskEventKind.TaskResumed, (string?)null), (resumed.At, resumed.Kind, resumed.By));
        Assert.Equal(2, Paused.ChangesAt(Noon.AddHours(3))!.Count);
    }

    [Fact]
    public void ChangesAt_OfOneThatWasRegisteredAgainAfterItsPause_TellItsEndOnce()
    {
        var again = Registrations.Apply(new TaskRegistration { Name = "t", Handler = "t", Schedule = Paused.Schedule }, Paused, Noon.AddHours(3));

        Assert.Equal([TaskEventKind.TaskPaused, TaskEventKind.TaskResumed], again.ChangesAt(Noon.AddHours(4))!.Select(c => c.Kind));
    }

    [Fact]
    public void ChangesAt_OfOneThatWasNeverPaused_AreNone() => Assert.Null(new TaskEntry { Name = "t", Handler = "t" }.ChangesAt(Noon));
}
