using System.Globalization;
using System.Text.Json;
using OrleansTasks.Runs;

namespace OrleansTasks.Testing.Client;

/// <summary>Searches the ended runs of a fake client. It knows only the handlers, groups and tags of registered tasks.</summary>
/// <param name="runs">Keeps the runs.</param>
/// <param name="tasks">Keeps the tasks.</param>
internal sealed class FakeRunSearch(FakeRuns runs, FakeRegistry tasks)
{
    public IEnumerable<RunInfo> Find(RunQuery query)
    {
        FakeFaults.ThrowIfAny("runs", query.Faults());
        var order = Comparer<RunRank>.Create((a, b) => RunRank.Compare(a, b, query.Ascending));
        var found = runs.Ended.Where(r => Fits(r, query) && FitsTask(tasks.Get(r.Task), query))
            .Select(r => (Run: r, Rank: RunRank.Of(r, query)));
        if (query.After is not null && RunRank.TryParse(query.After, query.Sort) is { } after)
        {
            found = found.Where(f => order.Compare(f.Rank, after) > 0);
        }

        return found.OrderBy(static f => f.Rank, order).Select(static f => f.Run).Take(query.Limit ?? int.MaxValue);
    }

    /// <summary>Counts the ended runs that fit a query, without its limit and its start.</summary>
    public IReadOnlyDictionary<string, long> Count(RunQuery query, RunCountBy by)
    {
        var counts = Find(query with { Limit = null, After = null }).CountBy(r => by switch
        {
            RunCountBy.Task => r.Task,
            RunCountBy.Hour => r.FinishedAt!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture),
            _ => JsonNamingPolicy.CamelCase.ConvertName(r.Status.ToString()),
        });
        return new SortedDictionary<string, long>(counts.ToDictionary(static c => c.Key, static c => (long)c.Value),
            StringComparer.Ordinal);
    }

    private static bool Fits(RunInfo run, RunQuery query) =>
        (query.Statuses.Count == 0 || query.Statuses.Contains(run.Status))
        && (query.DeadLetters.Count == 0 || (run.DeadLetter is { } state && query.DeadLetters.Contains(state)))
        && Is(query.Task, run.Task) && Is(query.RequestedBy, run.RequestedBy) && (query.Trigger ?? run.Trigger) == run.Trigger
        && (query.Parent ?? run.Parent) == run.Parent
        && (query.Batch is null || query.Batch == run.Batch?.Batch)
        && (query.Silo is null || run.Silo?.StartsWith(query.Silo, StringComparison.Ordinal) == true)
        && (query.ErrorType is null || run.Result!.ErrorType == query.ErrorType
            || run.Result!.ErrorType?.EndsWith($".{query.ErrorType}", StringComparison.Ordinal) == true)
        && query.Headers.All(h => run.Headers.TryGetValue(h.Key, out var value) && value == h.Value)
        && IsWithin(run.FinishedAt, query.From, query.To) && IsWithin(run.ScheduledAt, query.DueFrom, query.DueTo)
        && IsWithin(run.StartedAt, query.StartedFrom, query.StartedTo)
        && (query.MinDuration is null || run.FinishedAt - run.StartedAt >= query.MinDuration)
        && (query.MaxDuration is null || run.FinishedAt - run.StartedAt <= query.MaxDuration)
        && (query.MinLateness is null || run.StartedAt - run.ScheduledAt >= query.MinLateness)
        && (query.Text is null || Has(run.Arguments?.ToString(), query.Text) || Has(run.Result!.Error, query.Text)
            || run.Result!.Log.Any(l => Has(l.Message, query.Text)));

    private static bool FitsTask(TaskInfo task, RunQuery query) =>
        Is(query.Handler, task.Handler) && Is(query.Group, task.Options.Group)
            && (query.Tag is null || task.Options.Tags?.Contains(query.Tag, StringComparer.OrdinalIgnoreCase) == true);

    private static bool Is(string? wanted, string? given) => wanted is null || wanted == given;

    private static bool IsWithin(DateTimeOffset? at, DateTimeOffset? from, DateTimeOffset? to) =>
        (from is null || at >= from) && (to is null || at < to);

    private static bool Has(string? where, string text) => where?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
