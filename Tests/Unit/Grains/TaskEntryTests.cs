using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Tests.Unit.Grains;

/// <summary>Tests which changes a registry entry reports.</summary>
public sealed class TaskEntryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TaskEntry Paused = new TaskEntry
    {
        Name = "t",
        Handler = "t",
        Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), Noon),
        State = TaskState.Paused,
        PausedUntil = Noon.AddHours(2)
    }
        .With(new TaskChange { At = Noon, Kind = TaskEventKind.TaskPaused, By = "ann" });

    [Fact]
    public void ChangesAt_DuringAPause_AreTheRecordedChanges() => Assert.Equal(Paused.Changes, Paused.At(Noon.AddHours(1)).Changes);

    [Fact]
    public void ChangesAt_AfterAPauseEndedByItself_IncludeItsEnd()
    {
        var resumed = Paused.At(Noon.AddHours(3)).Changes![^1];

        Assert.Equal((Noon.AddHours(2), TaskEventKind.TaskResumed, (string?)null), (resumed.At, resumed.Kind, resumed.By));
        Assert.Equal(2, Paused.At(Noon.AddHours(3)).Changes!.Count);
    }

    [Fact]
    public void ChangesAt_RegisteredAgainAfterItsPause_IncludeItsEndOnce()
    {
        var again = Registrations.Apply(new TaskRegistration { Name = "t", Handler = "t", Schedule = Paused.Schedule }, Paused,
            Noon.AddHours(3));

        Assert.Equal([TaskEventKind.TaskPaused, TaskEventKind.TaskResumed], again.At(Noon.AddHours(4)).Changes!.Select(c => c.Kind));
    }

    [Fact]
    public void ChangesAt_NeverPaused_AreEmpty() => Assert.Null(new TaskEntry { Name = "t", Handler = "t" }.At(Noon).Changes);

    // The exceptions together leave no occurrence, but none of them does so alone.
    private static readonly TaskSchedule Covered = new UnionSchedule(
        [TaskSchedule.Every(TimeSpan.FromSeconds(1.1), Noon)],
        [TaskSchedule.Every(TimeSpan.FromSeconds(2.2), Noon), TaskSchedule.Every(TimeSpan.FromSeconds(2.2), Noon.AddSeconds(1.1))],
        check: false);

    // The next occurrence is ten thousand steps away.
    private static readonly TaskSchedule Costly = TaskSchedule.Every(TimeSpan.FromSeconds(1), Noon)
        .Except(TaskSchedule.Every(TimeSpan.FromSeconds(1), Noon).From(Noon).Until(Noon.AddHours(1)));

    [Fact]
    public void NextAfter_TooExpensiveSchedule_IsNullAndMarksTheTask()
    {
        var entry = new TaskEntry { Name = "t", Handler = "t", Schedule = Covered, Anchor = Noon };

        Assert.Null(entry.NextAfter(Noon));
        Assert.StartsWith("The schedule is too expensive to compute.", entry.ScheduleFault, StringComparison.Ordinal);
        Assert.False(entry.At(Noon).IsOver());
        var info = entry.At(Noon).ToInfo(handlerAvailable: true, started: true, done: null);
        Assert.Equal((TaskState.Active, null, entry.ScheduleFault), (info.State, info.NextDue, info.ScheduleFault));
        Assert.Null((entry with { Schedule = TaskSchedule.Cron("0 9 * * *") }).ScheduleFault);
    }

    [Fact]
    public void TryNextAfter_WithFewSteps_IsUndecidedUntilFoundElsewhere()
    {
        var entry = new TaskEntry { Name = "t", Handler = "t", Schedule = Costly, Anchor = Noon };
        var steps = ScheduleSearches.StepsOnTurn;

        Assert.False(entry.TryNextAfter(Noon, ref steps, out _));
        Assert.Null(entry.ScheduleFault);
        var found = entry.NextAfter(Noon);
        Assert.Equal(Noon.AddHours(1).AddSeconds(1), found);
        steps = 0;
        Assert.True(entry.TryNextAfter(Noon.AddMinutes(30), ref steps, out var known));
        Assert.Equal(found, known);
        Assert.False(entry.TryNextAfter(found!.Value, ref steps, out _));
    }

    [Fact]
    public void TryScheduleFaults_SlowSchedule_IsNotDecidedOnThePartitionsTurn()
    {
        var registration = new TaskRegistration { Name = "t", Schedule = Costly };

        Assert.Null(Registrations.TryScheduleFaults(registration, CalendarSet.Empty, Noon));
        Assert.Empty(Registrations.ScheduleFaults(registration, CalendarSet.Empty, Noon));
        Assert.Throws<ScheduleTooExpensiveException>(
            () => Registrations.ScheduleFaults(registration with { Schedule = Covered }, CalendarSet.Empty, Noon));
    }

    [Theory]
    [InlineData("""{"cron":"0 9 * * *","timeZone":"Mars/Olympus"}""", "The time zone 'Mars/Olympus' is not known")]
    [InlineData("""{"cron":"61 * * * *"}""", "The cron expression '61 * * * *' is not valid")]
    public void NextAfter_StoredScheduleOfAnEarlierVersion_IsNullAndMarksTheTask(string json, string fault)
    {
        var entry = new TaskEntry
        {
            Name = "t",
            Handler = "t",
            Schedule = System.Text.Json.JsonSerializer.Deserialize<TaskSchedule>(json, StoredJson.Options),
            Anchor = Noon
        };

        Assert.Null(entry.NextAfter(Noon));
        Assert.StartsWith(fault, entry.ScheduleFault, StringComparison.Ordinal);
        Assert.False(entry.At(Noon).IsOver());
    }
}
