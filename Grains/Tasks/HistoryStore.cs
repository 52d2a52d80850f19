using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace OrleansTasks;

/// <summary>Reads and writes history pages; so many at once on a silo, so that busy storage makes writes rarer and not slower.</summary>
internal sealed class HistoryStore([FromKeyedServices(TaskStorage.Name)] IGrainStorage storage) : IDisposable
{
    public const int PageSize = 64;
    private const string StateName = "history";
    private readonly SemaphoreSlim _gate = new(8);

    public static long PageOf(long sequence) => sequence / PageSize;

    public async Task<GrainState<HistoryPage>> ReadHeadAsync(string task) => await ReadAsync(HeadId(task));

    public async Task<IReadOnlyList<TaskResult>?> ReadPageAsync(string task, long page)
    {
        var state = await ReadAsync(PageId(task, page));
        return state.RecordExists ? JsonSerializer.Deserialize<List<TaskResult>>(state.State!.Results, TaskJson.Options) : null;
    }

    public async Task WritePageAsync(string task, long page, IEnumerable<TaskResult> results)
    {
        // Read first: the page may be one that an earlier activation wrote.
        var id = PageId(task, page);
        await _gate.WaitAsync();
        try
        {
            var state = new GrainState<HistoryPage>(new HistoryPage());
            await storage.ReadStateAsync(StateName, id, state);
            state.State = new HistoryPage { Results = JsonSerializer.Serialize(results, TaskJson.Options) };
            await storage.WriteStateAsync(StateName, id, state);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task WriteHeadAsync(string task, GrainState<HistoryPage> head) => storage.WriteStateAsync(StateName, HeadId(task), head);

    public async Task ClearPageAsync(string task, long page)
    {
        var state = await ReadAsync(PageId(task, page));
        if (state.RecordExists)
        {
            await storage.ClearStateAsync(StateName, PageId(task, page), state);
        }
    }

    public void Dispose() => _gate.Dispose();

    private static GrainId HeadId(string task) => GrainId.Create("ot-history", task);

    private static GrainId PageId(string task, long page) => GrainId.Create("ot-history", $"{task}/{page}");

    private async Task<GrainState<HistoryPage>> ReadAsync(GrainId id)
    {
        var state = new GrainState<HistoryPage>(new HistoryPage());
        await storage.ReadStateAsync(StateName, id, state);
        return state;
    }
}
