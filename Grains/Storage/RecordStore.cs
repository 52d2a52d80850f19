using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace OrleansTasks.Storage;

/// <summary>
/// Reads and writes the records of one partition. A write is retried until it is known to be stored, known to be superseded, or the retry
/// limit has passed. Records are only ever inserted and replaced under their ETag, never cleared. Providers differ in what a cleared record
/// is: a row that rejects an insert, or no row, whose version then starts again and would let an old ETag match a new record.
/// </summary>
internal sealed class RecordStore(IGrainStorage storage, string partition, PartitionLogOptions options, TimeProvider time, ILogger log)
{
    // Letters ensure that no provider takes the key for a number or a GUID.
    private const string GrainTypeName = "ot-log";
    private readonly string _what = $"partition {partition}";
    private readonly StorageHealth _health = options.Health ?? new StorageHealth(log);

    // Tells reads from writes, because a record that can be read is not necessarily stored: full storage still reads.
    private readonly Dictionary<string, bool> _failing = new(StringComparer.Ordinal);

    public string Partition => partition;

    /// <summary>
    /// Gets or sets whether there is reason to doubt that storage still has what it acknowledged. It failed, as it does when its server is
    /// replaced, or a record was not the expected one. Whoever has checked it resets this.
    /// </summary>
    public bool IsSuspect { get; set; }

    /// <summary>Called for each failure that will be retried, with the error.</summary>
    public Action<Exception>? OnFailed { get; set; }

    /// <summary>Reads a record, and retries while storage fails.</summary>
    public async Task<Stored<T>> ReadAsync<T>(string kind, string slot)
        where T : class, IStoredRecord<T>, new()
    {
        var stored = await ReadAsync<T>(kind, slot, new RetryBudget(options, time));
        Works(kind, slot, isWrite: false);
        return stored;
    }

    /// <summary>Reads records, a bounded number at a time. The result has their order.</summary>
    public async Task<List<Stored<T>>> ReadManyAsync<T>(string kind, IEnumerable<string> slots)
        where T : class, IStoredRecord<T>, new()
    {
        var all = new List<Stored<T>>();
        foreach (var some in slots.Chunk(options.ReadParallelism))
        {
            all.AddRange(await Task.WhenAll(some.Select(slot => ReadAsync<T>(kind, slot))));
        }

        return all;
    }

    /// <summary>Writes a record, and returns its new ETag.</summary>
    /// <exception cref="PartitionFencedException">Another owner has written the record.</exception>
    public async Task<string?> WriteAsync<T>(string kind, string slot, T record, string? etag)
        where T : class, IStoredRecord<T>, new()
    {
        var stored = await TryWriteAsync(kind, slot, record, etag, static (found, ours) => found.Supersedes(ours));
        return stored.Record!.Id == record.Id
            ? stored.ETag
            : throw new PartitionFencedException(
                $"Partition '{partition}' has another owner: it wrote '{kind} {slot}'. This owner must stop.");
    }

    /// <summary>
    /// Writes a record. If the ETag does not match, <paramref name="yieldsTo"/> decides whether the record that was found stays. Returns
    /// the record that storage has afterwards.
    /// </summary>
    public async Task<Stored<T>> TryWriteAsync<T>(string kind, string slot, T record, string? etag, Func<T, T, bool> yieldsTo)
        where T : class, IStoredRecord<T>, new()
    {
        var budget = new RetryBudget(options, time);
        var conflicts = 0;
        var isKnown = etag is not null;
        while (true)
        {
            var state = new GrainState<T>(record, etag) { RecordExists = etag is not null };
            try
            {
                await storage.WriteStateAsync(kind, IdOf(slot), state);
                Works(kind, slot, isWrite: true);
                return new Stored<T>(record, state.ETag);
            }
            catch (InconsistentStateException conflict)
            {
                // The first conflict usually means that the ETag was not known. Storage that continues to reject the write is failing.
                if (conflicts++ > 0)
                {
                    await FailedAsync(budget, kind, slot, isWrite: true, conflict);
                }
            }
            catch (Exception error)
            {
                await FailedAsync(budget, kind, slot, isWrite: true, error);
            }

            var found = await ReadAsync<T>(kind, slot, budget);
            if (found.Record is not null && (found.Record.Id == record.Id || yieldsTo(found.Record, record)))
            {
                Works(kind, slot, isWrite: true);
                return found;
            }

            IsSuspect |= isKnown;
            isKnown = false;
            etag = found.ETag;
        }
    }

    private async Task<Stored<T>> ReadAsync<T>(string kind, string slot, RetryBudget budget)
        where T : class, IStoredRecord<T>, new()
    {
        while (true)
        {
            var state = new GrainState<T>(new T());
            try
            {
                await storage.ReadStateAsync(kind, IdOf(slot), state);
            }
            catch (Exception error)
            {
                await FailedAsync(budget, kind, slot, isWrite: false, error);
                continue;
            }

            // A read within a write does not end an outage, because full storage still reads.
            if (!state.RecordExists)
            {
                return new Stored<T>(null, state.ETag);
            }

            return state.State!.Version <= RecordVersion.Readable
                ? new Stored<T>(state.State, state.ETag)
                : throw new PartitionStorageException(
                    $"'{kind} {slot}' of partition '{partition}' has version {state.State.Version}; this program reads up to "
                        + $"{RecordVersion.Readable}. Run the newer program.")
                {
                    IsPermanent = true,
                };
        }
    }

    private async Task FailedAsync(RetryBudget budget, string kind, string slot, bool isWrite, Exception error)
    {
        IsSuspect = true;
        if (StorageErrors.IsPermanent(error))
        {
            throw new PartitionStorageException($"'{kind} {slot}' of partition '{partition}' cannot be stored or read: {error.Message} "
                + "Check the storage provider, or restore the record from a backup.", error)
            {
                IsPermanent = true,
            };
        }

        _failing[$"{kind} {slot}"] = isWrite || _failing.GetValueOrDefault($"{kind} {slot}");
        _health.Fails(_what, error);
        OnFailed?.Invoke(error);
        try
        {
            await budget.PauseAsync($"{kind} {slot} of partition {partition}", error);
        }
        catch (PartitionStorageException)
        {
            _health.GivesUp(_what);
            throw;
        }
    }

    private void Works(string kind, string slot, bool isWrite)
    {
        if (_failing.Count > 0)
        {
            if (!_failing.TryGetValue($"{kind} {slot}", out var needsWrite) || (needsWrite && !isWrite))
            {
                return;
            }

            _failing.Remove($"{kind} {slot}");
        }
        else if (!isWrite)
        {
            return;
        }

        if (_failing.Count == 0)
        {
            _health.Works(_what);
        }
    }

    private GrainId IdOf(string slot) => GrainId.Create(GrainTypeName, $"{partition}-{slot}");
}
