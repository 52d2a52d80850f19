using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Batches;

/// <summary>Holds what all batches on a silo share.</summary>
internal sealed class BatchServices(
    [FromKeyedServices(WatchedStorage.Key)] IGrainStorage storage,
    IBatchRuns runs,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<BatchGrain> log)
{
    public IGrainStorage Storage => storage;

    /// <summary>Gets the tasks and partitions that have the runs.</summary>
    public IBatchRuns Runs => runs;

    public TasksOptions Options { get; } = options.Value;

    /// <summary>Gets the clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>Gets the clock for waits.</summary>
    public TimeProvider Pauses => pauses;

    public ILogger Log => log;
}
