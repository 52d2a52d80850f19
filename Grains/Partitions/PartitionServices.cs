using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Storage;

namespace OrleansTasks.Partitions;

/// <summary>What all partitions on a silo share.</summary>
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

    /// <summary>What the silos of the cluster say of themselves.</summary>
    public IClusterManifestProvider Manifests => manifests;

    /// <summary>Runs handlers on this silo.</summary>
    public IRunExecutor Executor => executor;

    public LoadingRoom Loading => loading;

    public Background Background => background;

    public ScheduleSearches Searches => searches;

    public EventPublisher Events => events;

    /// <summary>Who has a partition that is to be taken.</summary>
    public IPartitionHolders Holders => holders;

    /// <summary>Which partitions have existed.</summary>
    public IPartitionRegistry Registry => registry;

    public TasksOptions Options { get; } = options.Value;

    /// <summary>The clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>The clock of waits.</summary>
    public TimeProvider Pauses => pauses;

    public ILogger Log => log;

    /// <summary>Tells the operator whether storage works.</summary>
    public StorageHealth Health { get; } = health ?? new StorageHealth(log);

    /// <summary>Limits of the partitions' logs; tests take smaller ones.</summary>
    public PartitionLogOptions LogLimits { get; init; } = new();
}
