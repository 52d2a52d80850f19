using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how a partition applies configuration.</summary>
public sealed class PartitionConfigurationTests
{
    private static readonly TaskSchedule Hourly = TaskSchedule.Every(TimeSpan.FromHours(1));
    private static readonly TaskSchedule Daily = TaskSchedule.Every(TimeSpan.FromDays(1));
    private readonly PartitionRig _rig = new();
    private long _number;

    [Fact]
    public async Task Configure_TheSameTasksAgain_ChangesNothing()
    {
        var first = await ConfigureAsync(Configured("a", Hourly), Configured("b", Daily, paused: true));
        Assert.Equal(["a", "b"], first.Added);
        Assert.Equal((TaskState.Active, 1), (Entry("a").State, Entry("a").Revision));
        Assert.Equal((TaskState.Paused, "configuration"), (Entry("b").State, Entry("b").PausedBy));

        var again = await ConfigureAsync(Configured("a", Hourly), Configured("b", Daily, paused: true));
        Assert.Empty(again.Added.Concat(again.Changed).Concat(again.Removed));
        Assert.Equal((1, 1), (Entry("a").Revision, Entry("b").Revision));
        Assert.True(Entry("a").At(PartitionRig.Start).ToInfo(true, true, null) is { DefinedInConfiguration: true, DefinedInCode: false });
    }

    [Fact]
    public async Task Configure_AnEarlierConfiguration_ChangesNothing()
    {
        _number = 9;
        await ConfigureAsync(Configured("a", Hourly));
        _number = 4;
        Assert.Equal(ConfigurationReply.Nothing, await ConfigureAsync(Configured("b", Hourly)));
        Assert.Equal((TaskState.Active, false), (Entry("a").State, _rig.Core.State.Slots.ContainsKey("b")));
    }

    [Fact]
    public async Task Configure_RemovedTasks_CancelsOnlyItsOwn()
    {
        await _rig.RegisterAsync("by-hand", Hourly);
        await _rig.Do(c => c.Registry.DefineAsync([Definition("by-code", Hourly)]));
        await ConfigureAsync(Configured("a", Hourly), Configured("b", Hourly));

        var reply = await ConfigureAsync(Configured("b", Hourly));
        Assert.Equal(["a"], reply.Removed);
        Assert.Equal(TaskState.Cancelled, Entry("a").State);
        Assert.Equal("configuration", Entry("a").Changes![^1].By);
        Assert.All(["b", "by-hand", "by-code"], t => Assert.Equal(TaskState.Active, Entry(t).State));

        // When configuration names the task again with the same content, the task is active again.
        Assert.Equal(["a"], (await ConfigureAsync(Configured("a", Hourly), Configured("b", Hourly))).Added);
        Assert.Equal(TaskState.Active, Entry("a").State);
    }

    [Fact]
    public async Task Configure_TaskAlsoDefinedInCode_RestoresTheDefinitionFromCode()
    {
        var code = Definition("a", Hourly);
        await _rig.Do(c => c.Registry.DefineAsync([code]));
        var reply = await ConfigureAsync(Configured("a", Daily) with { Code = code.Fingerprint() });
        Assert.Equal(["a"], reply.Changed);
        Assert.Equal(Daily, Entry("a").Schedule);
        Assert.True(Entry("a").At(PartitionRig.Start).ToInfo(true, true, null) is { DefinedInConfiguration: true, DefinedInCode: true });

        // Silos that start with the same or other code do not change what configuration says.
        await _rig.Do(c => c.Registry.DefineAsync([code, Definition("a", Hourly) with { Handler = "other" }]));
        Assert.Equal((Daily, 2), (Entry("a").Schedule, Entry("a").Revision));

        await _rig.Do(c => c.Configurations.ConfigureAsync(new PartitionConfiguration { Number = ++_number, Code = [code] }));
        Assert.Equal((Hourly, TaskState.Active, code.Fingerprint()), (Entry("a").Schedule, Entry("a").State, Entry("a").Definition));
    }

    [Fact]
    public async Task Configure_TaskUnknownToThisSilosCode_WaitsForADefinition()
    {
        var code = Definition("a", Hourly);
        await _rig.Do(c => c.Registry.DefineAsync([code, Definition("b", Hourly), Definition("c", Hourly)]));
        await ConfigureAsync(Configured("a", Daily, paused: true), Configured("b", Daily), Configured("c", Daily));
        var epoch =
            (await _rig.Do(
                c => c.Tasks.AttachAsync("c", new Attachment { Activation = Guid.NewGuid(), Silo = TaskRig.Here, Question = 1 }))).Epoch;
        await _rig.Do(c => c.Registry.SetStateAsync("c", epoch, TaskState.Cancelled, null, null, "alice", false, Guid.NewGuid()));

        var reply = await ConfigureAsync();
        Assert.Empty(reply.Removed);
        Assert.Equal((TaskState.Active, Daily), (Entry("a").State, Entry("a").Schedule));
        Assert.True(Entry("a").At(PartitionRig.Start).ToInfo(true, true, null) is { DefinedInConfiguration: false, DefinedInCode: true });

        // The code may come from a silo that starts later, or from one that already runs with the same configuration. A task that a user
        // cancelled stays cancelled.
        await _rig.Do(c => c.Registry.DefineAsync([Definition("b", Hourly), Definition("c", Hourly)]));
        Assert.Equal(Hourly, Entry("b").Schedule);
        Assert.Equal(TaskState.Cancelled, Entry("c").State);
        Assert.Equal(["a"],
            (await _rig.Do(c => c.Configurations.ConfigureAsync(new PartitionConfiguration { Number = _number, Code = [code] }))).Changed);
        Assert.Equal((Hourly, code.Fingerprint()), (Entry("a").Schedule, Entry("a").Definition));
        Assert.Equal(ConfigurationReply.Nothing.Changed,
            (await _rig.Do(c => c.Configurations.ConfigureAsync(new PartitionConfiguration { Number = _number, Code = [code] }))).Changed);
    }

    /// <summary>
    /// Only configuration defined the task. Then a silo arrives with code for the name, on its own or with the same configuration.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Configure_TaskDefinedByOtherCodeSince_IsLeftToThatCode(bool configured)
    {
        var code = Definition("a", Hourly);
        await ConfigureAsync(Configured("a", Daily), Configured("b", Daily));
        _rig.Core.State.SetPosition("a", _rig.Core.State.Slots["a"].Position with { Losses = 2 });
        if (configured)
        {
            var reply =
                await _rig.Do(
                    c => c.Configurations.ConfigureAsync(
                        new PartitionConfiguration
                        {
                            Number = _number,
                            Tasks = [Configured("a", Daily) with { Code = code.Fingerprint() }, Configured("b", Daily)]
                        }));
            Assert.Empty(reply.Changed);
        }
        else
        {
            await _rig.Do(c => c.Registry.DefineAsync([code]));
        }

        // Nothing else about the task has changed.
        Assert.Equal((Daily, 1, 2), (Entry("a").Schedule, Entry("a").Revision, _rig.Core.State.Slots["a"].Position.Losses));
        Assert.Null(Entry("a").Changes);
        Assert.True(Entry("a").At(PartitionRig.Start).ToInfo(true, true, null) is { DefinedInConfiguration: true, DefinedInCode: true });

        await _rig.Do(c => c.CloseAsync());
        var next = new PartitionRig(_rig.Storage);
        Assert.Equal(["b"],
            (await next.Do(c => c.Configurations.ConfigureAsync(new PartitionConfiguration { Number = ++_number }))).Removed);
        Assert.Equal((TaskState.Active, Daily), (next.Core.State.Slots["a"].Entry!.State, next.Core.State.Slots["a"].Entry!.Schedule));
        await next.Do(c => c.Registry.DefineAsync([code]));
        Assert.Equal((Hourly, code.Fingerprint()),
            (next.Core.State.Slots["a"].Entry!.Schedule, next.Core.State.Slots["a"].Entry!.Definition));
    }

    /// <summary>Both define the task, and the code has changed. The partition records the new code and changes nothing else.</summary>
    [Fact]
    public async Task Configure_RepeatedWithOtherCode_RecordsTheCode()
    {
        var (one, other) = (Definition("a", Hourly), Definition("a", Hourly) with { Handler = "other" });
        await ConfigureAsync(Configured("a", Daily) with { Code = one.Fingerprint() });
        await ConfigureAsync(Configured("a", Daily) with { Code = other.Fingerprint() });
        Assert.Equal((other.Fingerprint(), 1), (Entry("a").DefinedBy.Code, Entry("a").Revision));
        await ConfigureAsync(Configured("a", Daily));
        Assert.Equal((other.Fingerprint(), 1), (Entry("a").DefinedBy.Code, Entry("a").Revision));
    }

    /// <summary>The code has not changed. It arrives with a silo that starts.</summary>
    [Fact]
    public async Task Define_TaskCancelledAfterItsRelease_StaysCancelled()
    {
        await _rig.Do(c => c.Registry.DefineAsync([Definition("a", Hourly)]));
        await ConfigureAsync(Configured("a", Daily));
        await ConfigureAsync();
        var epoch =
            (await _rig.Do(
                c => c.Tasks.AttachAsync("a", new Attachment { Activation = Guid.NewGuid(), Silo = TaskRig.Here, Question = 1 }))).Epoch;
        await _rig.Do(c => c.Registry.SetStateAsync("a", epoch, TaskState.Cancelled, null, null, "alice", false, Guid.NewGuid()));

        await _rig.Do(c => c.Registry.DefineAsync([Definition("a", Hourly)]));
        Assert.Equal(TaskState.Cancelled, Entry("a").State);
        await _rig.Do(c => c.Registry.DefineAsync([Definition("a", Daily)]));
        Assert.Equal(TaskState.Active, Entry("a").State);
    }

    [Fact]
    public async Task Configure_ManuallyChangedTask_IsKeptUntilConfigurationChanges()
    {
        await ConfigureAsync(Configured("a", Hourly));
        await _rig.RegisterAsync("a", Daily);
        await ConfigureAsync(Configured("a", Hourly));
        Assert.Equal(Daily, Entry("a").Schedule);
        await ConfigureAsync(
            Configured("a", Hourly) with { Task = Definition("a", Hourly) with { Options = new TaskOptions { HistoryLength = 3 } } });
        Assert.Equal((Hourly, 3), (Entry("a").Schedule, Entry("a").EffectiveOptions.HistoryLength));

        // A manual change in between does not take the task away from configuration.
        Assert.Equal(["a"], (await ConfigureAsync()).Removed);
    }

    [Fact]
    public async Task Configure_APause_EndsOnlyItsOwnPauses()
    {
        await ConfigureAsync(Configured("a", Hourly, paused: true), Configured("b", Hourly));
        var epoch =
            (await _rig.Do(
                c => c.Tasks.AttachAsync("b", new Attachment { Activation = Guid.NewGuid(), Silo = TaskRig.Here, Question = 1 }))).Epoch;
        await _rig.Do(c => c.Registry.SetStateAsync("b", epoch, TaskState.Paused, "by hand", null, "alice", false, Guid.NewGuid()));

        await ConfigureAsync(Configured("a", Hourly),
            Configured("b", Hourly) with { Task = Definition("b", Hourly) with { Options = new TaskOptions { HistoryLength = 3 } } });
        Assert.Equal(TaskState.Active, Entry("a").State);
        Assert.Equal((TaskState.Paused, "alice"), (Entry("b").State, Entry("b").PausedBy));
    }

    [Fact]
    public async Task Configure_AfterAClear_RegistersAgain()
    {
        _number = 5;
        await ConfigureAsync(Configured("a", Hourly));
        await _rig.Do(c => c.Registry.ClearAsync(Guid.NewGuid()));
        _number = 5;
        Assert.Equal(["a"], (await ConfigureAsync(Configured("a", Hourly))).Added);
    }

    [Fact]
    public async Task Begin_SeveralConfigurations_HighestVersionWins()
    {
        var first = await BeginAsync("one", version: 2);
        Assert.Equal(first.Number, (await BeginAsync("one", version: 2)).Number);
        Assert.Equal((0, 2), await RefusalAsync("older", version: 1));
        Assert.Equal((0, 2), await RefusalAsync("none", version: 0));

        // With the same version and other content, the last configuration wins. An earlier one that is offered again does not.
        var second = await BeginAsync("two", version: 2);
        Assert.True(second.Number > first.Number);
        Assert.True(await _rig.Do(c => c.Configurations.IsInForceAsync(second.Number)));
        Assert.False(await _rig.Do(c => c.Configurations.IsInForceAsync(first.Number)));
        Assert.Equal((0, 2), await RefusalAsync("one", version: 2, again: true));
        Assert.Equal(second.Number, (await BeginAsync("two", version: 2, again: true)).Number);
    }

    /// <summary>
    /// A lost registry takes the configuration of the first silo that notices, even one that was refused before. That does not keep it in
    /// force.
    /// </summary>
    [Fact]
    public async Task Begin_Again_HighestVersionWins()
    {
        var lost = await BeginAsync("older", version: 1, again: true);
        var newer = await BeginAsync("newer", version: 2, again: true);
        Assert.True(newer.Number > lost.Number);
        Assert.Equal((0, 2), await RefusalAsync("older", version: 1, again: true));
    }

    [Fact]
    public async Task End_SupersededConfiguration_RemovesNothingOfTheLaterOne()
    {
        var (bank, city) = (new BusinessCalendar { Closed = [new DateOnly(2030, 1, 2)] },
            new BusinessCalendar { Closed = [new DateOnly(2030, 1, 3)] });
        var first = await BeginAsync("one", calendars: new() { ["bank"] = bank }, groups: new() { ["g"] = "G1", ["same"] = "S" });
        Assert.Equal(["", ""], first.Groups.Values);
        var second = await BeginAsync("two", calendars: new() { ["city"] = city }, groups: new() { ["h"] = "H", ["same"] = "S" });

        await EndAsync(first.Number, "bank");
        Assert.Equal((bank, city), (_rig.Core.State.Calendars.Find("bank"), _rig.Core.State.Calendars.Find("city")));

        // The second configuration knows the groups that the first may have set, and sets them or returns them to the code.
        Assert.Equal(["g", "h", "same"], second.Groups.Keys.Order(StringComparer.Ordinal));
        Assert.All(second.Groups.Values, Assert.Empty);

        await _rig.Do(
            c => c.Configurations.EndAsync(second.Number, new Dictionary<string, string> { ["h"] = "H", ["same"] = "S" }, ["city"]));
        Assert.Equal((null, city), (_rig.Core.State.Calendars.Find("bank"), _rig.Core.State.Calendars.Find("city")));
        var third = await BeginAsync("three", groups: new() { ["h"] = "H2", ["same"] = "S" });
        Assert.Equal(("", "S"), (third.Groups["h"], third.Groups["same"]));
    }

    /// <summary>
    /// A change by configuration may have fixed the cause of the losses, like any other change. A task that it does not change keeps its
    /// count.
    /// </summary>
    [Fact]
    public async Task Configure_TaskWithSiloLosses_ResetsTheCountOnlyIfChanged()
    {
        await ConfigureAsync(Configured("a", Hourly), Configured("b", Hourly));
        foreach (var task in new[] { "a", "b" })
        {
            _rig.Core.State.SetPosition(task, _rig.Core.State.Slots[task].Position with { Losses = 2 });
        }

        await ConfigureAsync(Configured("a", Daily), Configured("b", Hourly));
        Assert.Equal((0, 2), (_rig.Core.State.Slots["a"].Position.Losses, _rig.Core.State.Slots["b"].Position.Losses));
    }

    [Fact]
    public async Task Begin_WithCalendars_SetsThemOnce()
    {
        var (bank, city) = (new BusinessCalendar { Closed = [new DateOnly(2030, 1, 2)] },
            new BusinessCalendar { Closed = [new DateOnly(2030, 1, 3)] });
        var begun = await BeginAsync("one", calendars: new() { ["bank"] = bank, ["city"] = bank });
        await EndAsync(begun.Number, "bank", "city");
        var revision = _rig.Core.State.Calendars.Revision;
        await BeginAsync("one", calendars: new() { ["bank"] = bank, ["city"] = bank });
        Assert.Equal(revision, _rig.Core.State.Calendars.Revision);

        // A manual edit stays until configuration changes the calendar.
        await _rig.Do(c => c.Calendars.PutAsync("city", city, Guid.NewGuid()));
        await BeginAsync("two", calendars: new() { ["bank"] = city, ["city"] = bank });
        Assert.Equal((city, city), (_rig.Core.State.Calendars.Find("bank"), _rig.Core.State.Calendars.Find("city")));
    }

    [Fact]
    public async Task Begin_UnknownCalendar_ChangesNothing()
    {
        var turn = await _rig.Do(c => c.Configurations.BeginAsync(new ConfigurationOffer { Content = "one", Observed = ["moon"] }));
        Assert.Equal(0, turn.Number);
        Assert.Equal(["moon"], turn.Missing);
        Assert.Null(_rig.Core.State.Header!.Configuration);
    }

    [Fact]
    public async Task Configuration_AfterReopeningThePartition_IsKept()
    {
        var begun = await BeginAsync("one", version: 7);
        _number = begun.Number - 1;
        await ConfigureAsync(Configured("a", Hourly));
        await _rig.Do(c => c.CloseAsync());

        var next = new PartitionRig(_rig.Storage);
        Assert.Equal(begun.Number,
            (await next.Do(c => c.Configurations.BeginAsync(new ConfigurationOffer { Content = "one", Version = 7 }))).Number);
        Assert.Equal((begun.Number, 7L), (next.Core.State.Header!.Configured, next.Core.State.Header.Configuration!.Version));
    }

    private TaskEntry Entry(string task) => _rig.Core.State.Slots[task].Entry!;

    private Task<ConfigurationReply> ConfigureAsync(params ConfiguredTask[] tasks) =>
        _rig.Do(c => c.Configurations.ConfigureAsync(new PartitionConfiguration { Number = ++_number, Tasks = tasks }));

    private Task<ConfigurationTurn> BeginAsync(string content, long version = 0, bool again = false,
        Dictionary<string, BusinessCalendar>? calendars = null, Dictionary<string, string>? groups = null) =>
        _rig.Do(
            c => c.Configurations.BeginAsync(
                new ConfigurationOffer
                {
                    Content = content,
                    Version = version,
                    Again = again,
                    Calendars = calendars ?? [],
                    Groups = groups ?? []
                }));

    private async Task<(long Number, long InForce)> RefusalAsync(string content, long version, bool again = false)
    {
        var turn = await BeginAsync(content, version, again);
        return (turn.Number, turn.Version);
    }

    private Task<IReadOnlyList<string>> EndAsync(long number, params string[] calendars) =>
        _rig.Do(c => c.Configurations.EndAsync(number, new Dictionary<string, string>(), calendars));

    private static TaskDefinition Definition(string task, TaskSchedule? schedule) =>
        new() { Name = task, Handler = "h", Schedule = schedule };

    private static ConfiguredTask Configured(string task, TaskSchedule? schedule, bool paused = false) =>
        new() { Task = Definition(task, schedule), Pause = paused ? new ConfiguredPause { Note = "by file" } : null };
}
