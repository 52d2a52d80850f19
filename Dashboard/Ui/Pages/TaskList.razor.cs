using Microsoft.AspNetCore.Components;
using MudBlazor;
using OrleansTasks.Http;

namespace OrleansTasks.Ui;

/// <summary>Shows all tasks. The cluster searches, filters and pages them, so the dashboard never reads more than one page.</summary>
public sealed partial class TaskList
{
    private const int PageSize = 25;
    private const int Recent = 20;
    private static readonly TimeSpan SearchDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(5);
    private readonly Loaded<IReadOnlyList<TaskInfo>> _page = new();
    private readonly Loaded<IReadOnlyList<HandlerInfo>> _handlers = new();
    private readonly Loaded<object> _count = new();
    private readonly Dictionary<string, IReadOnlyList<Outcome>> _runs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _selected = new(StringComparer.Ordinal);
    private readonly Stack<string> _before = new();

    // Addresses that this page has navigated to and the browser has not yet reached, oldest first.
    private readonly List<string> _underWay = [];
    private TaskQuery _query = new();
    private TaskQuery? _shown;
    private (TaskQuery? Query, string? Show) _counted;
    private int _shownFrom;
    private string? _asked;
    private string? _search;
    private int _typed;
    private bool _hasMore;
    private bool _reading;
    private long _seen;
    private long _readAt;
    private TimeSpan _rest;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Gets or sets a part of the names.</summary>
    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    /// <summary>Gets or sets the state.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>Gets or sets the handler.</summary>
    [SupplyParameterFromQuery]
    public string? Handler { get; set; }

    /// <summary>Gets or sets the tag.</summary>
    [SupplyParameterFromQuery]
    public string? Tag { get; set; }

    /// <summary>Gets or sets a further filter: <c>failing</c>, or <c>homeless</c> for tasks without an available handler.</summary>
    [SupplyParameterFromQuery]
    public string? Show { get; set; }

    /// <summary>Gets or sets the order.</summary>
    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>Gets or sets the position after which the page starts, a <see cref="TaskCursor"/>.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    /// <summary>Gets or sets the number of tasks before the page.</summary>
    [SupplyParameterFromQuery]
    public int? Skip { get; set; }

    private int Skipped => Math.Max(0, Skip ?? 0);

    // The registry knows neither failed runs nor missed occurrences, so these lists are made of names.
    private bool IsByName => Show is "failing" or "missed";

    private bool IsFiltered =>
        IsByName || (_query with { After = null, AfterDue = null }) != new TaskQuery { Limit = _query.Limit, Order = _query.Order };

    private string Found => _count.Value is long count ? Words.Count(count, "task") + (IsFiltered ? " found" : "") : "";

    private string Place => _page.Value is { Count: > 0 } page
        ? $"{_shownFrom + 1:N0} to {_shownFrom + page.Count:N0}" + (_count.Value is long count ? $" of {count:N0}" : "")
        : "";

    private IEnumerable<string> HandlerChoices =>
        (_handlers.Value?.Select(h => h.Name) ?? []).Union(string.IsNullOrEmpty(Handler) ? [] : [Handler]).Order(StringComparer.Ordinal);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => await LoadAsync(_handlers, ct => Client.GetHandlersAsync(ct));

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Navigation.Uri == _asked)
        {
            return;
        }

        _asked = Navigation.Uri;
        var reached = _underWay.IndexOf(Navigation.Uri);
        if (reached >= 0)
        {
            // Keep the text of the search field, because the user may have typed more since.
            _underWay.RemoveRange(0, reached + 1);
        }
        else
        {
            _underWay.Clear();
            _typed++;
            _search = Search;
        }

        if (Skipped == 0)
        {
            _before.Clear();
        }
        else if (_before.TryPeek(out var before) && before == _asked)
        {
            _before.Pop();
        }

        var query = new TaskQuery
        {
            Search = string.IsNullOrWhiteSpace(Search) ? null : Search.Trim(),
            State = Enum.TryParse<TaskState>(State, ignoreCase: true, out var state) ? state : null,
            Handler = string.IsNullOrEmpty(Handler) ? null : Handler,
            Tag = string.IsNullOrWhiteSpace(Tag) ? null : Tag.Trim(),
            HandlerAvailable = Show == "homeless" ? false : null,
            Order = string.Equals(Sort, "nextDue", StringComparison.OrdinalIgnoreCase) ? TaskOrder.NextDue : TaskOrder.Name,
            Limit = PageSize + 1,
        };

        // An address with a position that cannot be read shows the first page.
        _query = TaskCursor.After(query, After) ?? query;
        if (_counted != (query, Show))
        {
            _counted = (query, Show);
            _count.Clear();
        }

        await ReadAsync(isNew: true);
    }

    /// <inheritdoc />
    protected override async Task OnTickAsync()
    {
        TakeResults();
        // A search reads the whole registry, in the grains that also fire schedules. The longer it takes, the less often it is repeated.
        if (!_reading && Time.GetElapsedTime(_readAt) > _rest)
        {
            await ReadAsync(isNew: false);
        }
    }

    private void Go(string name, string? value)
    {
        var here = _underWay.LastOrDefault() ?? Navigation.Uri;
        var there = Navigation.GetUriWithQueryParameters(here,
            new Dictionary<string, object?>
            {
                [name] = string.IsNullOrEmpty(value) ? null : value,
                ["after"] = null,
                ["skip"] = null,
            });
        if (there != here)
        {
            _underWay.Add(there);
            Navigation.NavigateTo(there, replace: true);
        }
    }

    private async Task SearchSoonAsync(string? text)
    {
        _search = text;
        var typed = ++_typed;
        await Task.Delay(SearchDelay, Time, Gone)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (typed == _typed && !Gone.IsCancellationRequested)
        {
            Go("search", text);
        }
    }

    private async Task ReadAsync(bool isNew)
    {
        _reading = true;
        var query = _query;
        var begun = Time.GetTimestamp();
        await LoadAsync(_page, ct => IsByName ? ReadNamedAsync(ct) : ReadPageAsync(query, ct));
        _reading = false;
        (_readAt, _rest) = (Time.GetTimestamp(), Rest.After(RereadAfter, Time.GetElapsedTime(begun), _page.Problem is null));
        if (query != _query)
        {
            return;
        }

        (_shown, _shownFrom) = (query, Skipped);
        StateHasChanged();
        await Task.WhenAll(CountAsync(isNew), ReadRunsAsync());
    }

    private async Task<IReadOnlyList<TaskInfo>> ReadPageAsync(TaskQuery query, CancellationToken ct)
    {
        var tasks = new List<TaskInfo>();
        await foreach (var task in Client.ListAsync(query, ct))
        {
            tasks.Add(task);
        }

        _hasMore = tasks.Count > PageSize;
        return tasks.Count > PageSize ? tasks[..PageSize] : tasks;
    }

    /// <summary>
    /// Reads tasks by name, as many as the page needs. It describes them in groups until enough match the filters, so that no filter looks
    /// only at the tasks of one page.
    /// </summary>
    private async Task<IReadOnlyList<TaskInfo>> ReadNamedAsync(CancellationToken ct)
    {
        var names = await NamesAsync(ct);
        var (found, needed) = (new List<TaskInfo>(), Skipped + PageSize + 1);
        foreach (var group in names.Where(n => _query.MatchesName(n)).Chunk(PageSize))
        {
            found.AddRange((await Task.WhenAll(group.Select(name => DescribeAsync(name, ct)))).OfType<TaskInfo>().Where(IsWanted));
            if (found.Count >= needed)
            {
                break;
            }
        }

        _hasMore = found.Count >= needed;
        return [.. found.Skip(Skipped).Take(PageSize)];
    }

    private async Task<IEnumerable<string>> NamesAsync(CancellationToken ct) => Show == "missed"
        ? Feed.Missed.Newest(Time.GetUtcNow()).Select(static e => e.Task)
        : RecentRuns.Of(await Client.CountRunsAsync(RecentRuns.FailedWithin(RecentRuns.Day, Time.GetUtcNow()), RunCountBy.Task, ct), [])
            .Select(static f => f.Task);

    private async Task<TaskInfo?> DescribeAsync(string name, CancellationToken ct)
    {
        try
        {
            return await Client.GetTask(name).DescribeAsync(ct);
        }
        catch (TaskNotFoundException)
        {
            // Runs are kept longer than their task.
            return null;
        }
    }

    private bool IsWanted(TaskInfo task) =>
        (_query.State is not { } state || task.State == state)
        && (_query.Handler is not { } handler || task.Handler == handler)
        && (_query.Tag is not { } tag || task.Options.Tags?.Contains(tag, StringComparer.OrdinalIgnoreCase) == true);

    private async Task CountAsync(bool isNew)
    {
        // The number of named tasks that match further filters is known only after all of them were described.
        if (!IsByName && (isNew || _count.Value is null))
        {
            await LoadAsync<object>(_count, async ct => await Client.CountAsync(_query with { After = null, AfterDue = null }, ct));
        }
    }

    private async Task ReadRunsAsync()
    {
        foreach (var gone in _runs.Keys.Except(_page.Value?.Select(t => t.Name) ?? []).ToList())
        {
            _runs.Remove(gone);
        }

        await Task.WhenAll((_page.Value ?? []).Where(t => !_runs.ContainsKey(t.Name)).Select(async task =>
        {
            var runs = new Loaded<IReadOnlyList<RunInfo>>();
            await LoadAsync(runs, ct => Client.GetTask(task.Name).RunsAsync(Recent, null, ct));
            if (runs.Value is { } known)
            {
                // Runs that are dispatched for later have no outcome yet.
                _runs[task.Name] = [.. known.Where(r => r.StartedAt is not null || r.Result is not null).Select(Outcome.Of)];
                StateHasChanged();
            }
        }));
    }

    /// <summary>Adds new results of tasks on this page.</summary>
    private void TakeResults()
    {
        var since = _seen;
        _seen = Feed.Results.Last;
        foreach (var result in Feed.Results.Newest(r => r.Number > since && _runs.ContainsKey(r.RunId.Task) && r.Status != RunStatus.Gap,
            500).Reverse())
        {
            var known = _runs[result.RunId.Task];
            _runs[result.RunId.Task] = [Outcome.Of(result), .. known.Where(o => o.Run != result.RunId).Take(Recent - 1)];
        }
    }

    private void GoOn()
    {
        if (_shown == _query && _page.Value is { Count: > 0 } page)
        {
            _before.Push(Navigation.Uri);
            Turn(IsByName ? null : TaskCursor.Of(page[^1], _query.Order), Skipped + PageSize);
        }
    }

    /// <summary>Returns to the page before; to the first page if the address was opened with a position.</summary>
    private void GoBack()
    {
        if (_before.TryPop(out var address))
        {
            Navigation.NavigateTo(address);
        }
        else
        {
            Turn(null, null);
        }
    }

    private void Turn(string? after, int? skip) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?> { ["after"] = after, ["skip"] = skip }));
}
