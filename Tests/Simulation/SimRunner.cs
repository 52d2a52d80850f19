using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>Represents a silo's runner as other silos reach it. Orleans' grain services cannot be created here.</summary>
internal sealed class SimRunner(RunnerDoor door) : IRunnerService
{
    public Task<bool> StartAsync(RunOrder order, bool mayQueue) => Task.FromResult(door.Start(order, mayQueue));

    public Task<bool> SettleAsync(Guid run, Guid offer) => Task.FromResult(door.Settle(run, offer));

    public Task<bool> CancelAsync(Guid run, RunStatus cause) => Task.FromResult(door.Cancel(run, cause));

    public Task<bool> HasPartitionAsync(int partition) => Task.FromResult(door.HasPartition(partition));

    public Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting) => door.ReleasePartitionAsync(partition, wanting);

    public Task<IReadOnlyList<HeldRun>> HoldingAsync(string task, long version) => door.HoldingAsync(task, version);

    public Task<IReadOnlyList<HeldRun>> HoldingAfterAsync(string task, Guid run) => Task.FromResult(door.HoldingAfter(task, run));

    public Task<IReadOnlyList<PlacedRun>> PlacedInGroupAsync(string group, long version) => door.PlacedInGroupAsync(group, version);
}
