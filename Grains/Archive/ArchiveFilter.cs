using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Archive;

/// <summary>
/// Evaluates a query on a table. The query's texts are resolved in advance, so that only numbers have to be compared for each row. Pure.
/// </summary>
internal sealed class ArchiveFilter
{
    private readonly RunQuery _query;
    private readonly int _statuses;
    private readonly List<(Func<ArchiveTable, int, int> Number, HashSet<int> Fitting)> _texts = [];

    /// <param name="query">The query.</param>
    /// <param name="texts">The texts of the table.</param>
    public ArchiveFilter(RunQuery query, InternedTexts texts)
    {
        _query = query;
        _statuses = query.Statuses.Aggregate(0, static (all, status) => all | (1 << (int)status));
        Add(query.Task, static (t, s) => t[s].Task);
        Add(query.Handler, static (t, s) => t[s].Handler);
        Add(query.Group, static (t, s) => t[s].Group);
        Add(query.RequestedBy, static (t, s) => t[s].RequestedBy);
        Add(query.Parent?.ToString(), static (t, s) => t[s].Parent);
        Add(query.Batch?.ToString("N"), static (t, s) => t[s].Batch);
        if (query.Tag is { } tag)
        {
            _texts.Add((static (t, s) => t[s].Tags, texts.Where(text => TagsOf(text).Contains(tag, StringComparer.OrdinalIgnoreCase))));
        }

        if (query.Silo is { } silo)
        {
            _texts.Add((static (t, s) => t[s].Silo, texts.Where(text => text.StartsWith(silo, StringComparison.Ordinal))));
        }

        if (query.ErrorType is { } type)
        {
            _texts.Add((static (t, s) => t[s].ErrorType, texts.Where(text => text == type || text.EndsWith($".{type}", StringComparison.Ordinal))));
        }

        if (query.Headers.Count > 0)
        {
            _texts.Add((static (t, s) => t[s].Headers, texts.Where(text => text.StartsWith('{') && HasAll(text, query.Headers))));
        }

        void Add(string? wanted, Func<ArchiveTable, int, int> number)
        {
            if (wanted is not null)
            {
                _texts.Add((number, texts.Find(wanted) is { } found ? [found] : []));
            }
        }
    }

    /// <summary>Gets whether no row can match.</summary>
    public bool IsEmpty => _texts.Exists(static t => t.Fitting.Count == 0);

    /// <summary>Returns the text of a task's tags.</summary>
    public static string? TextOf(IReadOnlyList<string>? tags) => tags is { Count: > 0 } ? string.Join('\n', tags) : null;

    /// <summary>Returns the text of headers.</summary>
    public static string? TextOf(IReadOnlyDictionary<string, string> headers) => headers.Count == 0 ? null : JsonSerializer.Serialize(TaskHeaders.Of(headers), StoredJson.Options);

    /// <summary>Returns whether a row matches, except for the text that is searched for in the stored details.</summary>
    public bool Fits(ArchiveTable table, int slot)
    {
        ref var row = ref table[slot];
        if (row.State != RowState.Kept || (_statuses != 0 && (_statuses & (1 << (int)row.Status)) == 0) || (_query.Trigger is { } trigger && row.Trigger != trigger)
            || !IsWithin(row.Ended, _query.From, _query.To) || !IsWithin(row.Due, _query.DueFrom, _query.DueTo)
            || ((_query.StartedFrom is not null || _query.StartedTo is not null) && (row.Began == 0 || !IsWithin(row.Began, _query.StartedFrom, _query.StartedTo)))
            || ((_query.MinDuration is not null || _query.MaxDuration is not null) && !IsAsLong(row))
            || (_query.MinLateness is { } late && (row.Began == 0 || row.Began - row.Due < late.Ticks)))
        {
            return false;
        }

        foreach (var (number, fitting) in _texts)
        {
            if (!fitting.Contains(number(table, slot)))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsAsLong(in ArchiveRow row) => row.Began != 0 && !(row.Ended - row.Began < _query.MinDuration?.Ticks) && !(row.Ended - row.Began > _query.MaxDuration?.Ticks);

    private static bool IsWithin(long ticks, DateTimeOffset? from, DateTimeOffset? to) => !(ticks < from?.UtcTicks) && !(ticks >= to?.UtcTicks);

    private static string[] TagsOf(string text) => text.Split('\n');

    private static bool HasAll(string text, IReadOnlyDictionary<string, string> wanted)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskHeaders>(text, StoredJson.Options) is { } headers && wanted.All(w => headers.TryGetValue(w.Key, out var value) && value == w.Value);
        }
        catch (JsonException)
        {
            // Another text that starts in the same way.
            return false;
        }
    }
}
