using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>The door to this silo's <see cref="RunExecutor"/> for tasks on other silos.</summary>
[Reentrant]
internal sealed partial class RunnerService(
    GrainId id,
    Silo silo,
    ILoggerFactory loggers,
    RunExecutor executor,
    OutcomeReporter reporter,
    LocalGrains locals,
    ClusterView cluster,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<RunnerService> log)
    : GrainService(id, silo, loggers), IRunnerService
{
    private readonly RefusedOrders _refused = new(time);

    public Task<bool> StartAsync(RunOrder order, bool mayQueue) =>
        Task.FromResult(IsHere(order.RunId.Value, order.Offer) || (!_refused.Contains(order.Offer) && executor.TryStart(order, mayQueue, reporter, out _)));

    public Task<bool> SettleAsync(Guid run, Guid offer)
    {
        if (IsHere(run, offer))
        {
            return Task.FromResult(true);
        }

        _refused.Add(offer);
        return Task.FromResult(false);
    }

    public Task<bool> CancelAsync(Guid run, RunStatus cause) => Task.FromResult(executor.Cancel(run, cause));

    public Task<bool> HasPartitionAsync(int partition) => Task.FromResult(locals.HasPartition(partition));

    public async Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting)
    {
        // One that was declared dead and does not know it yet takes nothing from those who do.
        if (!cluster.IsActive(wanting))
        {
            return false;
        }

        if (locals.HasPartition(partition))
        {
            LogReleased(log, partition, wanting);
            await locals.ReleasePartitionAsync(partition);
        }

        return !locals.HasPartition(partition);
    }

    public Task<IReadOnlyList<HeldRun>> HoldingAsync(string task) =>
        Task.FromResult<IReadOnlyList<HeldRun>>(AnswerPage.Of(Holding(task), HeldRun.SizeOf, int.MaxValue));

    public Task<IReadOnlyList<HeldRun>> HoldingAfterAsync(string task, Guid run) =>
        Task.FromResult<IReadOnlyList<HeldRun>>(AnswerPage.Of(Holding(task).SkipWhile(h => h.Order.RunId.Value.CompareTo(run) <= 0), HeldRun.SizeOf, int.MaxValue));

    private IEnumerable<HeldRun> Holding(string task) =>
        executor.Holding(task).Concat(reporter.Holding(task)).DistinctBy(h => h.Order.RunId).OrderBy(h => h.Order.RunId.Value);

    public Task<IReadOnlyList<RunId>> HoldingOfGroupAsync(string group) => Task.FromResult<IReadOnlyList<RunId>>([.. executor.HoldingOfGroup(group)]);

    private bool IsHere(Guid run, Guid offer) => executor.Holds(run, offer) || reporter.Holds(run, offer);

    [LoggerMessage(152, LogLevel.Warning, "Partition {Partition} is active here, but calls do not find it: they are led to {Silo}. It is stored and given up here.")]
    private static partial void LogReleased(ILogger logger, int partition, SiloAddress silo);
}
