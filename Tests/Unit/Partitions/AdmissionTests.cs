using OrleansTasks.Partitions;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Partitions;

/// <summary>Tests which stored runs belong to a task. Runs that were accepted before it was cancelled, removed or cleared do not.</summary>
public sealed class AdmissionTests
{
    private readonly PartitionState _state = new();

    public AdmissionTests() => _state.SetHeader(new PartitionHeader { Id = Guid.NewGuid(), Partitions = 1 });

    [Theory]
    [InlineData(null, 0, 0, false)]
    [InlineData(TaskState.Active, 0, 0, true)]
    [InlineData(TaskState.Paused, 0, 0, true)]
    [InlineData(TaskState.Completed, 0, 0, true)]
    [InlineData(TaskState.Active, 2, 1, false)]
    [InlineData(TaskState.Active, 2, 2, true)]
    [InlineData(TaskState.Cancelled, 2, 2, false)]
    [InlineData(TaskState.Cancelled, 0, 0, false)]
    public void Admits_EachState_DependsOnTheGeneration(TaskState? state, long task, long run, bool expected)
    {
        var entry = state is { } known ? new TaskEntry { Name = "t", Handler = "t", State = known, Generation = task } : null;

        Assert.Equal(expected, Admission.Admits(entry, run));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Registration_AfterACancellation_HasNoOldRuns(bool byAnOlderVersion)
    {
        var old = Register();
        var run = Dispatch(old);

        // Earlier versions gave a cancelled task no new generation.
        _state.SetTask(old with { State = TaskState.Cancelled, Generation = byAnOlderVersion ? 0 : _state.NewGeneration() });
        Assert.True(_state.Slots["t"].Runs!.HasCalledOff);
        var revived = Register();

        Assert.False(Admission.Admits(revived, run.Generation));
        Assert.True(Admission.Admits(revived, Dispatch(revived).Generation));
        Assert.True(_state.Slots["t"].Runs!.TryTakeCalledOff(out var calledOff));
        Assert.Equal(run.RunId.Value, calledOff);
        Assert.False(_state.Slots["t"].Runs!.HasCalledOff);
    }

    [Fact]
    public void Registration_TaskRemovedWithRunsLeft_HasNoOldRuns()
    {
        var run = Dispatch(Register());
        _state.RemoveTask("t");

        Assert.False(Admission.Admits(Register(), run.Generation));
    }

    [Fact]
    public void Registration_ThatChangesATask_KeepsItsRuns()
    {
        var run = Dispatch(Register());

        Assert.True(Admission.Admits(Register(), run.Generation));
    }

    [Fact]
    public void Load_ClearPartlyStored_HasNothingFromBefore()
    {
        Dispatch(Register());
        _state.SetKey("t", "key", new IdempotencyEntry(Guid.NewGuid()));
        var stored = Items(_state.TakeChanges());
        _state.Clear(Guid.NewGuid(), DateTimeOffset.MinValue);
        var cleared = _state.TakeChanges();
        stored[cleared[0].Key] = cleared[0].Json!;
        var again = new PartitionState();

        again.Items.Load(stored);

        Assert.Empty(again.Runs.Values);
        Assert.Null(again.Slots.GetValueOrDefault("t")?.Entry);
        Assert.Null(again.Idempotency.Find("t", "key", DateTimeOffset.MinValue));
        Assert.Equal(3, again.TakeChanges().Count(c => c.Json is null));
    }

    [Fact]
    public void Load_RegisteredAfterAClear_HasTheTask()
    {
        Dispatch(Register());
        _state.Clear(Guid.NewGuid(), DateTimeOffset.MinValue);
        var run = Dispatch(Register());
        _state.SetKey("t", "key", new IdempotencyEntry(run.RunId.Value));
        var again = new PartitionState();

        again.Items.Load(Items(_state.TakeChanges()));

        Assert.True(Admission.Admits(again.Slots["t"].Entry, Assert.Single(again.Runs.Values).Generation));
        Assert.Equal(run.RunId.Value, again.Idempotency.Find("t", "key", DateTimeOffset.MinValue)?.Run);
    }

    [Fact]
    public void Load_RunsOfACancelledTask_AreMarkedAsCancelled()
    {
        var entry = Register();
        Dispatch(entry);
        _state.SetTask(entry with { State = TaskState.Cancelled, Generation = _state.NewGeneration() });
        var again = new PartitionState();

        again.Items.Load(Items(_state.TakeChanges()));

        Assert.True(again.Slots["t"].Runs!.HasCalledOff);
    }

    private static Dictionary<string, string> Items(IEnumerable<LogChange> changes)
    {
        var items = new Dictionary<string, string>();
        foreach (var change in changes)
        {
            if (change.Json is null)
            {
                items.Remove(change.Key);
            }
            else
            {
                items[change.Key] = change.Json;
            }
        }

        return items;
    }

    private TaskEntry Register()
    {
        var entry = Registrations.Apply(new TaskRegistration { Name = "t", Handler = "t" }, _state.Slots.GetValueOrDefault("t")?.Entry,
            DateTimeOffset.UnixEpoch) with
        { Generation = _state.GenerationOf("t") };
        _state.SetTask(entry);
        return entry;
    }

    private StoredRun Dispatch(TaskEntry entry)
    {
        var run = RunForms.ToStored(RunFactory.Dispatch(entry, new DispatchRequest { Id = Guid.NewGuid() }, DateTimeOffset.UnixEpoch, null),
            DateTimeOffset.UnixEpoch);
        _state.Runs.Set(run);
        return run;
    }
}
