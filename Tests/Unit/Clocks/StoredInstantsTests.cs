using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Clocks;

public sealed class StoredInstantsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(10, false)]
    [InlineData(11, true)]
    [InlineData(86_400, true)]
    public void Heal_PositionInTheFuture_IsSetToNow(int seconds, bool isAhead)
    {
        var position = new TaskPosition(5, Now.AddSeconds(-30), Now.AddSeconds(seconds), Guid.NewGuid());

        var healed = StoredInstants.Heal(position, Now, Tolerance);

        Assert.Equal(isAhead ? new TaskPosition(5, Now, Now) : position, healed);
    }

    [Theory]
    [InlineData("2026-03-03T08:00:00Z", "2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z")]
    [InlineData("2026-03-02T08:00:05Z", "2026-03-03T08:00:00Z", "2026-03-02T08:00:05Z")]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-03T08:00:00Z", "2026-03-01T08:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "2026-03-02T08:00:00Z")]
    public void Heal_EntryInTheFuture_IsSetToNow(string anchor, string updated, string healed)
    {
        var entry = new TaskEntry
        {
            Name = "task",
            Handler = "task",
            Anchor = At(anchor),
            UpdatedAt = At(updated),
            CreatedAt = At(anchor),
            Revision = 3
        };

        var result = StoredInstants.Heal(entry, Now, Tolerance);

        Assert.Equal((At(healed), Now, 4L), (result.Anchor, result.UpdatedAt, result.Revision));
    }

    [Fact]
    public void Heal_EntryInThePast_IsUnchanged()
    {
        var entry = new TaskEntry { Name = "task", Handler = "task", Anchor = Now, UpdatedAt = Now };

        Assert.Same(entry, StoredInstants.Heal(entry, Now, Tolerance));
    }

    [Theory]
    [InlineData(86_400, 0, 0)]
    [InlineData(86_400, 3_600, 3_600)]
    [InlineData(3_605, 3_600, 3_605)]
    [InlineData(86_400, null, 86_400)]
    [InlineData(-5, 0, -5)]
    public void Heal_Run_WaitsNoLongerThanPlanned(int due, int? wait, int healed)
    {
        var run = new StoredRun
        {
            RunId = new RunId("task", Guid.NewGuid()),
            DueAt = Now.AddSeconds(due),
            Wait = wait is { } w ? TimeSpan.FromSeconds(w) : null
        };

        Assert.Equal(Now.AddSeconds(healed), StoredInstants.Heal(run, Now, Tolerance).DueAt);
    }

    [Theory]
    [InlineData(100, 100, 100)]
    [InlineData(105, 100, 105)]
    [InlineData(200, 100, 100)]
    [InlineData(200, null, 200)]
    public void Heal_Retention_LastsNoLongerThanItsLength(int expires, int? kept, int healed)
    {
        Assert.Equal(Now.AddSeconds(healed),
            StoredInstants.Heal(Now.AddSeconds(expires), kept is { } k ? TimeSpan.FromSeconds(k) : null, Now, Tolerance));
    }

    [Fact]
    public void SetAside_ClockCorrected_RestoresStoredValues()
    {
        var state = new PartitionState();
        var entry = new TaskEntry
        {
            Name = "task",
            Handler = "task",
            Anchor = Now.AddHours(-5),
            UpdatedAt = Now.AddHours(-4),
            Revision = 3,
            Schedule = TaskSchedule.Every(TimeSpan.FromHours(1))
        };
        state.SetHeader(new PartitionHeader { StartedAt = Now.AddDays(-3) });
        state.SetTask(entry);
        state.SetPosition("task", new TaskPosition(7, Now.AddHours(-2), Now.AddHours(-1)));
        var run = new StoredRun { RunId = new RunId("task", Guid.NewGuid()), DueAt = Now.AddMinutes(5), Wait = TimeSpan.FromHours(1) };
        state.Runs.Set(run);
        var aside = new SetAside(state, Tolerance, TimeSpan.FromDays(1));

        var wrong = Now.AddYears(-26);
        Assert.Equal(["task"], aside.HealAll(wrong));
        Assert.Equal((wrong, wrong, Now.AddMinutes(5)),
            (state.Slots["task"].Position.Claimed, state.Slots["task"].Entry!.Anchor, aside.Furthest));
        Assert.Equal(wrong.AddHours(1), state.Runs[run.RunId.Value].DueAt);
        Assert.Equal(["task"], aside.Restore(Now));

        Assert.Equal((Now.AddHours(-1), Now.AddHours(-5), Now.AddHours(-4)),
            (state.Slots["task"].Position.Claimed, state.Slots["task"].Entry!.Anchor, state.Slots["task"].Entry!.UpdatedAt));
        Assert.Equal(Now.AddMinutes(5), state.Runs[run.RunId.Value].DueAt);
        Assert.Empty(aside.HealAll(Now));
    }

    [Fact]
    public void SetAside_TaskChangedMeanwhile_KeepsTheChange()
    {
        var state = new PartitionState();
        state.SetTask(new TaskEntry { Name = "task", Handler = "task", Anchor = Now, UpdatedAt = Now, Revision = 3 });
        var aside = new SetAside(state, Tolerance, TimeSpan.FromDays(1));
        aside.HealAll(Now.AddDays(-10));
        state.SetTask(state.Slots["task"].Entry! with { Handler = "other", Revision = 5 });

        Assert.Empty(aside.Restore(Now));
        Assert.Equal("other", state.Slots["task"].Entry!.Handler);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
