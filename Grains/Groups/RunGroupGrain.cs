using Orleans.Concurrency;
using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Groups;

/// <summary>
/// Gives the runs of a group their places. It is the shell around the parts of a <see cref="RunGroupCore"/>. The holders of places are
/// known only in memory: a new activation asks every silo for the group's runs that it has, and gives no place before all have answered or
/// are lost.
/// </summary>
/// <param name="silo">The services that all groups on this silo share.</param>
/// <param name="context">The activation.</param>
[GrainType(EngineGrains.Group), Reentrant]
internal sealed class RunGroupGrain(GroupServices silo, IGrainContext context) : Grain(context), IRunGroupGrain, IRunGroupEngine
{
    private RunGroupCore _core = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _core = new RunGroupCore(silo, TaskNames.Check(this.GetPrimaryKeyString()), StartTimer, DelayDeactivation);
        return _core.OpenAsync();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _core?.Close();
        return Task.CompletedTask;
    }

    public Task<RunGroupInfo> DescribeAsync() => Task.FromResult(_core.Describe());

    public Task<RunGroupInfo> PutAsync(RunGroup limits, Guid request = default) => _core.PutAsync(limits, request);

    public Task DefineAsync(RunGroup limits, bool again) => _core.DefineAsync(limits, again);

    public Task ConfigureAsync(RunGroup? limits, long number, bool again) => _core.ConfigureAsync(limits, number, again);

    public Task<bool> AcquireAsync(RunId run, RunPriority priority, PlaceMark mark) => _core.AcquireAsync(run, priority, mark);

    public Task ReleaseAsync(RunId run, bool unused, PlaceMark mark)
    {
        _core.Release(run, unused, mark);
        return Task.CompletedTask;
    }

    public Task<bool> ReturnAsync(RunId run, PlaceMark mark) => Task.FromResult(_core.Return(run, mark));

    private IGrainTimer StartTimer(Func<Task> tick, TimeSpan due) =>
        this.RegisterGrainTimer(static (action, _) => action(), tick,
            new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });
}
