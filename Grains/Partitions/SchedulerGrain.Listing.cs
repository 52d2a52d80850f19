using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks;

/// <content>What people look for: tasks, their numbers, and handlers.</content>
internal sealed partial class SchedulerGrain
{
    private const int ListLimit = 1000;

    // An overview looks at every task: however many there are, it takes no more than a fiftieth of the time.
    private const int OverviewShare = 50;
    private static readonly TimeSpan OverviewAge = TimeSpan.FromSeconds(1);
    private TasksOverview? _overview;
    private long _overviewAt;
    private TimeSpan _overviewFor;

    public Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query)
    {
        query ??= new TaskQuery();
        return Task.FromResult(NewListing().Find(query, Math.Clamp(query.Limit ?? ListLimit, 0, ListLimit)));
    }

    public Task<long> CountAsync(TaskQuery query) => Task.FromResult(NewListing().Count(query ?? new TaskQuery()));

    public Task<TasksOverview> OverviewAsync()
    {
        if (_overview is null || _pauses.GetElapsedTime(_overviewAt) >= _overviewFor)
        {
            var begun = _pauses.GetTimestamp();
            _overview = NewListing().Overview();
            _overviewAt = _pauses.GetTimestamp();
            _overviewFor = OverviewAge + (_pauses.GetElapsedTime(begun, _overviewAt) * OverviewShare);
        }

        var executor = ServiceProvider.GetRequiredService<RunExecutor>();
        var here = new SiloOverview(_cluster.Local.ToString(), executor.Active, executor.Queued, 1);
        var others = _cluster.Alive.Where(s => !s.Equals(_cluster.Local)).Select(s => new SiloOverview(s.ToString(), null, null, 0));
        return Task.FromResult(_overview with { Silos = [here, .. others] });
    }

    public Task<IReadOnlyList<HandlerInfo>> HandlersAsync() => HandlersAfterAsync("");

    public Task<IReadOnlyList<HandlerInfo>> HandlersAfterAsync(string name)
    {
        var silos = ServiceProvider.GetRequiredService<IClusterManifestProvider>().Current.Silos.Where(s => _cluster.Alive.Contains(s.Key)).OrderBy(s => s.Key.ToString(), StringComparer.Ordinal).ToList();
        var announced = silos.SelectMany(s => HandlerAnnouncement.ReadParameters(s.Value).Where(h => string.CompareOrdinal(h.Name, name) > 0).Select(h => (Silo: s.Key.ToString(), Handler: h)));
        var handlers = announced.GroupBy(a => a.Handler.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Last().Handler with { Silos = [.. g.Select(a => a.Silo)] });
        return Task.FromResult<IReadOnlyList<HandlerInfo>>(AnswerPage.Of(handlers, AnswerPage.SizeOf, int.MaxValue));
    }

    private Listing NewListing() => new(_state, handler => _cluster.SilosWith(handler).Length > 0, Now, Started);
}
