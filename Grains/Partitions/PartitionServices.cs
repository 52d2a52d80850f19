using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Storage;

namespace OrleansTasks.Partitions;

/// <summary>Holds what all partitions on a silo share.</summary>
internal sealed class PartitionServices(
    [FromKeyedServices(WatchedStorage.Key)] IGrainStorage storage,
    IGrainFactory grains,
    IClusterView cluster,
    IClusterManifestProvider manifests,
    IRunExecutor executor,
    LoadingRoom loading,
    Background background,
    ScheduleSearches searches,
    EventPublisher events,
    IPartitionHolders holders,
    IPartitionRegistry registry,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<SchedulerGrain> log,
    StorageHealth? health = null)
{
    public IGrainStorage Storage => storage;

    public IGrainFactory Grains => grains;

    public IClusterView Cluster => cluster;

    /// <summary>Gets the manifests of the cluster's silos.</summary>
    public IClusterManifestProvider Manifests => manifests;

    /// <summary>Gets the executor of handlers on this silo.</summary>
    public IRunExecutor Executor => executor;

    public LoadingRoom Loading => loading;

    public Background Background => background;

    public ScheduleSearches Searches => searches;

    public EventPublisher Events => events;

    /// <summary>Gets the part that knows who holds a partition that is to be taken.</summary>
    public IPartitionHolders Holders => holders;

    /// <summary>Gets the record of which partitions have existed.</summary>
    public IPartitionRegistry Registry => registry;

    public TasksOptions Options { get; } = options.Value;

    /// <summary>Gets the clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>Gets the clock for waits.</summary>
    public TimeProvider Pauses => pauses;

    public ILogger Log => log;

    /// <summary>Gets the part that reports the health of storage to the operator.</summary>
    public StorageHealth Health { get; } = health ?? new StorageHealth(log);

    /// <summary>Gets the limits of the partitions' logs. Tests use smaller ones.</summary>
    public PartitionLogOptions LogLimits { get; init; } = new();
}
