using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Storage;

namespace OrleansTasks.Groups;

/// <summary>Holds what all groups on a silo share.</summary>
internal sealed class GroupServices(
    [FromKeyedServices(WatchedStorage.Key)] IGrainStorage storage,
    IGroupTasks tasks,
    IGroupMarks marks,
    IClusterView cluster,
    IRunnerClient runners,
    EventPublisher events,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<RunGroupGrain> log)
{
    public IGrainStorage Storage => storage;

    /// <summary>Gets the tasks whose runs share places.</summary>
    public IGroupTasks Tasks => tasks;

    /// <summary>Gets the partitions' knowledge about stored limits.</summary>
    public IGroupMarks Marks => marks;

    public IClusterView Cluster => cluster;

    public IRunnerClient Runners => runners;

    public EventPublisher Events => events;

    /// <summary>Gets the clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>Gets the clock for waits.</summary>
    public TimeProvider Pauses => pauses;

    public ILogger Log => log;
}
