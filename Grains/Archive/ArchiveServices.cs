using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Archive;

/// <summary>Holds what all archives on a silo share.</summary>
internal sealed class ArchiveServices(
    [FromKeyedServices(WatchedStorage.Key)] IGrainStorage storage,
    StorageHealth health,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    IGrainFactory grains,
    ILogger<RunArchiveGrain> log)
{
    public IGrainStorage Storage => storage;

    public StorageHealth Health => health;

    public TasksOptions Options { get; } = options.Value;

    /// <summary>Gets the clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>Gets the clock of waits for answers.</summary>
    public TimeProvider Pauses => pauses;

    public IGrainFactory Grains => grains;

    public ILogger Log => log;
}
