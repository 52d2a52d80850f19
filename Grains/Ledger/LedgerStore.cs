using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Ledger;

/// <summary>Reads and writes the ledgers of tasks; so many at once on a silo.</summary>
internal sealed class LedgerStore([FromKeyedServices(TaskStorage.Name)] IGrainStorage storage, StorageHealth? health = null) : IDisposable
{
    private const string StateName = "ledger";
    private readonly SemaphoreSlim _gate = new(8);

    /// <summary>A task's record; one that was never written does not exist.</summary>
    public async Task<GrainState<LedgerRecord>> ReadAsync(string task)
    {
        var state = new GrainState<LedgerRecord>(new LedgerRecord());
        await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, Id(task), state), "the ledger");
        return state;
    }

    /// <summary>The number of the write that made a record; 0 if there is none, or it is not known.</summary>
    public static long NumberOf(GrainState<LedgerRecord> record) => record.RecordExists ? record.State!.Number : 0;

    /// <summary>Whether a record is missing or older than a write; one of an earlier version may be anything.</summary>
    public static bool IsOlder(GrainState<LedgerRecord> record, long number) => record.RecordExists ? record.State!.Number > 0 && record.State.Number < number : number > 0;

    public static StoredLedger? LedgerOf(GrainState<LedgerRecord> record) =>
        record.RecordExists ? JsonSerializer.Deserialize<StoredLedger>(record.State!.Ledger, StoredJson.Options) : null;

    public async Task WriteAsync(string task, GrainState<LedgerRecord> record, long number, StoredLedger ledger)
    {
        await _gate.WaitAsync();
        try
        {
            record.State = new LedgerRecord { Number = number, Ledger = JsonSerializer.Serialize(ledger, StoredJson.Options) };
            await (health is null ? Write() : health.WriteAsync(Write, "ledgers"));

            // Only the record's tag is needed for the next write.
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

    // A prefix that is no hexadecimal digit, or providers take a task's name such as "10" for a number, and "010" for the same.
    private static GrainId Id(string task) => GrainId.Create("ot-ledger", $"t-{task}");
}
