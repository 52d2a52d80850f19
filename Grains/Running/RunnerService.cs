using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Makes the <see cref="RunnerDoor"/> of this silo available as an Orleans grain service.</summary>
[Reentrant]
internal sealed class RunnerService(
    GrainId id,
    Silo silo,
    ILoggerFactory loggers,
    IRunExecutor executor,
    OutcomeReporter reporter,
    LocalGrains locals,
    IClusterView cluster,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<RunnerService> log)
    : GrainService(id, silo, loggers), IRunnerService
{
    private readonly RunnerDoor _door = new(executor, reporter, locals, cluster, time, log);

    public Task<bool> StartAsync(RunOrder order, bool mayQueue) => Task.FromResult(_door.Start(order, mayQueue));

    public Task<bool> SettleAsync(Guid run, Guid offer) => Task.FromResult(_door.Settle(run, offer));

    public Task<bool> CancelAsync(Guid run, RunStatus cause) => Task.FromResult(_door.Cancel(run, cause));

    public Task<bool> HasPartitionAsync(int partition) => Task.FromResult(_door.HasPartition(partition));

    public Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting) => _door.ReleasePartitionAsync(partition, wanting);

    public Task<IReadOnlyList<HeldRun>> HoldingAsync(string task, long version) => _door.HoldingAsync(task, version);

    public Task<IReadOnlyList<HeldRun>> HoldingAfterAsync(string task, Guid run) => Task.FromResult(_door.HoldingAfter(task, run));

    public Task<IReadOnlyList<PlacedRun>> PlacedInGroupAsync(string group, long version) => _door.PlacedInGroupAsync(group, version);
}
