using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Tasks;

/// <summary>Reads and writes history pages; so many at once on a silo, so that busy storage makes writes rarer and not slower.</summary>
internal sealed class HistoryStore([FromKeyedServices(TaskStorage.Name)] IGrainStorage storage, StorageHealth? health = null) : IDisposable
{
    private const string What = "histories";
    public const int PageSize = 64;
    private const string StateName = "history";
    private readonly SemaphoreSlim _gate = new(8);

    public static long PageOf(long sequence) => sequence / PageSize;

    public async Task<GrainState<HistoryPage>> ReadHeadAsync(string task) => await ReadAsync(HeadId(task));

    /// <summary>A page as it is stored; one that does not exist has no record.</summary>
    public async Task<GrainState<HistoryPage>> ReadPageAsync(string task, long page) => await ReadAsync(PageId(task, page));

    public static IReadOnlyList<TaskResult> ResultsOf(string task, GrainState<HistoryPage> page) => page.RecordExists ? StoredResults.Read(task, page.State!) : [];

    public async Task WritePageAsync(string task, long page, GrainState<HistoryPage> state, IReadOnlyList<TaskResult> results)
    {
        await _gate.WaitAsync();
        try
        {
            state.State = new HistoryPage { Version = StoredResults.Version, Packed = StoredResults.Write(results) };
            await WriteAsync(PageId(task, page), state);

            // Only the record's tag is needed for the next write.
            state.State = null!;
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task WriteHeadAsync(string task, GrainState<HistoryPage> head) => WriteAsync(HeadId(task), head);

    /// <summary>Removes a page.</summary>
    /// <returns>Whether there was one.</returns>
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

    // A prefix that is no hexadecimal digit, or providers take a task's name such as "10" for a number, and "010" for the same.
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
