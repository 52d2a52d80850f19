using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Archive;
using OrleansTasks.Batches;
using OrleansTasks.Groups;
using OrleansTasks.Partitions;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Storage;
using OrleansTasks.Silos;
using OrleansTasks.Supervision;
using OrleansTasks.Tasks;

namespace OrleansTasks.Hosting;

/// <summary>Creates the loggers of the engine's own classes, which shield them from exceptions of log providers.</summary>
internal static class EngineLoggers
{
    public static void AddEngineLoggers(this IServiceCollection services) => services
        .AddContainedLogger<BatchGrain>()
        .AddContainedLogger<ClockWatcher>()
        .AddContainedLogger<ClusterView>()
        .AddContainedLogger<ConfigurationApplier>()
        .AddContainedLogger<Departures>()
        .AddContainedLogger<EventPublisher>()
        .AddContainedLogger<OutcomeReporter>()
        .AddContainedLogger<PartitionHolders>()
        .AddContainedLogger<PartitionRegistry>()
        .AddContainedLogger<PartitionSupervisor>()
        .AddContainedLogger<PartitionBalancer>()
        .AddContainedLogger<PoolGuard>()
        .AddContainedLogger<ResultPublisher>()
        .AddContainedLogger<RunExecutor>()
        .AddContainedLogger<RunnerService>()
        .AddContainedLogger<RunArchive>()
        .AddContainedLogger<RunArchiveGrain>()
        .AddContainedLogger<RunGroupGrain>()
        .AddContainedLogger<RunLogCheck>()
        .AddContainedLogger<RunWaits>()
        .AddContainedLogger<SchedulerGrain>()
        .AddContainedLogger<SiloDrain>()
        .AddContainedLogger<StartNotes>()
        .AddContainedLogger<TaskGrain>()
        .AddContainedLogger<TasksLifecycle>()
        .AddContainedLogger<WarmUp>();
}
