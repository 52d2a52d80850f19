using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Ledger;

/// <summary>Reads and writes the ledgers of tasks. It limits the concurrent writes of a silo.</summary>
internal sealed class LedgerStore([FromKeyedServices(TaskStorage.Name)] IGrainStorage storage, StorageHealth? health = null) : IDisposable
{
    private const string StateName = "ledger";
    private readonly SemaphoreSlim _gate = new(8);

    /// <summary>Reads a task's record. A record that was never written does not exist.</summary>
    public async Task<GrainState<LedgerRecord>> ReadAsync(string task)
    {
        var state = new GrainState<LedgerRecord>(new LedgerRecord());
        await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, Id(task), state), "the ledger");
        return state;
    }

    /// <summary>Returns the number of the write that created a record; 0 if there is none, or it is not known.</summary>
    public static long NumberOf(GrainState<LedgerRecord> record) => record.RecordExists ? record.State!.Number : 0;

    /// <summary>
    /// Returns whether a record is missing or older than a write. For a record of an earlier version this is unknown, and the result is
    /// false.
    /// </summary>
    public static bool IsOlder(GrainState<LedgerRecord> record, long number) =>
        record.RecordExists ? record.State!.Number > 0 && record.State.Number < number : number > 0;

    public static StoredLedger? LedgerOf(GrainState<LedgerRecord> record) =>
        record.RecordExists ? JsonSerializer.Deserialize<StoredLedger>(record.State!.Ledger, StoredJson.Options) : null;

    public async Task WriteAsync(string task, GrainState<LedgerRecord> record, long number, StoredLedger ledger)
    {
        await _gate.WaitAsync();
        try
        {
            record.State = new LedgerRecord { Number = number, Ledger = JsonSerializer.Serialize(ledger, StoredJson.Options) };
            await (health is null ? Write() : health.WriteAsync(Write, "ledgers"));

            // The next write needs only the record's ETag.
            record.State = null!;
        }
        finally
        {
            _gate.Release();
        }

        Task Write() => storage.WriteStateAsync(StateName, Id(task), record);
    }

    public async Task ClearAsync(string task)
    {
        var record = await ReadAsync(task);
        if (record.RecordExists)
        {
            await storage.ClearStateAsync(StateName, Id(task), record);
        }
    }

    public void Dispose() => _gate.Dispose();

    // The prefix is not a hexadecimal digit. Without it, providers would read a task's name such as "10" as a number, and "010" as the same
    // number.
    private static GrainId Id(string task) => GrainId.Create("ot-ledger", $"t-{task}");
}
