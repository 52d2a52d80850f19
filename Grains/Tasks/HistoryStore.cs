using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Tasks;

/// <summary>
/// Reads and writes history pages. It limits the concurrent writes of a silo, so that busy storage makes writes rarer and not slower.
/// </summary>
internal sealed class HistoryStore([FromKeyedServices(TaskStorage.Name)] IGrainStorage storage, StorageHealth? health = null) : IDisposable
{
    private const string What = "histories";
    public const int PageSize = 64;
    private const string StateName = "history";
    private readonly SemaphoreSlim _gate = new(8);

    public static long PageOf(long sequence) => sequence / PageSize;

    public async Task<GrainState<HistoryPage>> ReadHeadAsync(string task) => await ReadAsync(HeadId(task));

    /// <summary>Reads a stored page. The state of a page that does not exist has no record.</summary>
    public async Task<GrainState<HistoryPage>> ReadPageAsync(string task, long page) => await ReadAsync(PageId(task, page));

    public static IReadOnlyList<TaskResult> ResultsOf(string task, GrainState<HistoryPage> page) =>
        page.RecordExists ? StoredResults.Read(task, page.State!) : [];

    public async Task WritePageAsync(string task, long page, GrainState<HistoryPage> state, IReadOnlyList<TaskResult> results)
    {
        await _gate.WaitAsync();
        try
        {
            state.State = new HistoryPage { Version = StoredResults.Version, Packed = StoredResults.Write(results) };
            await WriteAsync(PageId(task, page), state);

            // The next write needs only the record's ETag.
            state.State = null!;
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task WriteHeadAsync(string task, GrainState<HistoryPage> head) => WriteAsync(HeadId(task), head);

    /// <summary>Removes a page.</summary>
    /// <returns>Whether the page existed.</returns>
    public async Task<bool> ClearPageAsync(string task, long page)
    {
        var state = await ReadAsync(PageId(task, page));
        if (state.RecordExists)
        {
            await storage.ClearStateAsync(StateName, PageId(task, page), state);
            return true;
        }

        return false;
    }

    public Task ClearHeadAsync(string task, GrainState<HistoryPage> head) => storage.ClearStateAsync(StateName, HeadId(task), head);

    public void Dispose() => _gate.Dispose();

    // The prefix is not a hexadecimal digit. Without it, providers would read a task's name such as "10" as a number, and "010" as the same
    // number.
    private static GrainId HeadId(string task) => GrainId.Create("ot-history", $"t-{task}");

    private static GrainId PageId(string task, long page) => GrainId.Create("ot-history", $"t-{task}/{page}");

    private Task WriteAsync(GrainId id, GrainState<HistoryPage> state)
    {
        return health is null ? Write() : health.WriteAsync(Write, What);

        Task Write() => storage.WriteStateAsync(StateName, id, state);
    }

    private async Task<GrainState<HistoryPage>> ReadAsync(GrainId id)
    {
        var state = new GrainState<HistoryPage>(new HistoryPage());
        await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, id, state), "the history");
        return state;
    }
}
