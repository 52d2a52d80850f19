using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace OrleansTasks.Storage;

/// <summary>
/// Records which partitions exist, so that a partition whose manifest is lost is not taken for a new one. The record is written once in the
/// lifetime of a cluster.
/// </summary>
internal sealed partial class PartitionRegistry(
    IServiceProvider services,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<PartitionRegistry> log) : IPartitionRegistry
{
    private const string Kind = "registry";
    private const string Slot = "partitions";

    // Resolved when needed: the validation reports a host without this storage, together with everything else that is missing.
    private readonly Lazy<RecordStore> _store = new(() =>
        new RecordStore(services.GetRequiredKeyedService<IGrainStorage>(TaskStorage.Name), Kind, new PartitionLogOptions(), time, log));
    private bool _isNoted;

    public async Task<bool> HasAsync(int partition) =>
        !options.Value.StorageMayForget && (await _store.Value.ReadAsync<PartitionRegistryRecord>(Kind, Slot)).Record is { } record
            && partition < record.Partitions;

    /// <summary>Records that all partitions exist. If this fails now, the next call does it.</summary>
    public async Task NoteAllAsync()
    {
        if (_isNoted || options.Value.StorageMayForget)
        {
            return;
        }

        try
        {
            var found = await _store.Value.ReadAsync<PartitionRegistryRecord>(Kind, Slot);
            if (found.Record is null)
            {
                await _store.Value.TryWriteAsync(Kind, Slot,
                    new PartitionRegistryRecord { Id = Guid.NewGuid(), Partitions = options.Value.Partitions }, found.ETag,
                    static (there, ours) => there.Supersedes(ours));
            }

            _isNoted = true;
        }
        catch (PartitionStorageException e)
        {
            LogNotNoted(log, e.Message);
        }
    }

    [LoggerMessage(206, LogLevel.Warning, "Recording that all partitions exist failed; retrying. {Reason}")]
    private static partial void LogNotNoted(ILogger logger, string reason);
}
