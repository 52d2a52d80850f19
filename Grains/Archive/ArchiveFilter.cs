using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks.Archive;

/// <summary>
/// Evaluates a query on a table. The query's texts are resolved in advance, so that only numbers have to be compared for each row. Pure.
/// </summary>
internal sealed class ArchiveFilter
{
    private readonly ArchiveTable _table;
    private readonly int _statuses;
    private readonly int _deadLetters;
    private readonly RunTrigger? _trigger;
    private readonly (long From, long To) _ended;
    private readonly (long From, long To) _due;
    private readonly (long From, long To) _began;
    private readonly (long Min, long Max) _duration;
    private readonly long _lateness;
    private readonly bool _hasToHaveBegun;
    private readonly List<Wanted> _texts = [];

    /// <param name="query">The query.</param>
    /// <param name="table">The table.</param>
    public ArchiveFilter(RunQuery query, ArchiveTable table)
    {
        var texts = table.Texts;
        _table = table;
        _deadLetters = query.DeadLetters.Aggregate(0, static (all, state) => all | (1 << (int)state));
        _statuses = query.Statuses.Count == 0 ? ~0 : query.Statuses.Aggregate(0, static (all, status) => all | (1 << (int)status));
        _trigger = query.Trigger;
        (_ended, _due) = (Span(query.From, query.To), Span(query.DueFrom, query.DueTo));
        _began = Span(query.StartedFrom, query.StartedTo);
        _duration = (query.MinDuration?.Ticks ?? long.MinValue, query.MaxDuration?.Ticks ?? long.MaxValue);
        _lateness = query.MinLateness?.Ticks ?? long.MinValue;
        _hasToHaveBegun = query is not { StartedFrom: null, StartedTo: null, MinDuration: null, MaxDuration: null, MinLateness: null };
        AddEqual(query.Task, static (in ArchiveRow r) => r.Task);
        AddEqual(query.Handler, static (in ArchiveRow r) => r.Handler);
        AddEqual(query.Group, static (in ArchiveRow r) => r.Group);
        AddEqual(query.RequestedBy, static (in ArchiveRow r) => r.RequestedBy);
        AddEqual(query.Parent?.ToString(), static (in ArchiveRow r) => r.Parent);
        AddEqual(query.Batch?.ToString("N"), static (in ArchiveRow r) => r.Batch);
        if (query.Tag is { } tag)
        {
            Add(text => TagsOf(text).Contains(tag, StringComparer.OrdinalIgnoreCase), static (in ArchiveRow r) => r.Tags);
        }

        if (query.Silo is { } silo)
        {
            Add(text => text.StartsWith(silo, StringComparison.Ordinal), static (in ArchiveRow r) => r.Silo);
        }

        if (query.ErrorType is { } type)
        {
            Add(text => text == type || text.EndsWith($".{type}", StringComparison.Ordinal), static (in ArchiveRow r) => r.ErrorType);
        }

        if (query.Headers.Count > 0)
        {
            // Reading the JSON of a million headers takes seconds. Most of them do not even contain the values.
            var values = query.Headers.Values.Select(static v => ":" + JsonSerializer.Serialize(v, StoredJson.Options)).ToArray();
            Add(
                text => text.StartsWith('{') && Array.TrueForAll(values, v => text.Contains(v, StringComparison.Ordinal))
                    && HasAll(text, query.Headers),
                static (in ArchiveRow r) => r.Headers);
        }

        void Add(Func<string, bool> fits, Column column) => _texts.Add(new Wanted(column, texts.Where(fits)));

        void AddEqual(string? wanted, Column column)
        {
            if (wanted is not null)
            {
                _texts.Add(new Wanted(column, texts.Find(wanted) is { } found ? [found] : []));
            }
        }
    }

    private delegate int Column(in ArchiveRow row);

    /// <summary>Gets whether no row can match.</summary>
    public bool IsEmpty => _texts.Exists(static t => t.IsEmpty);

    /// <summary>Returns the text of a task's tags.</summary>
    public static string? TextOf(IReadOnlyList<string>? tags) => tags is { Count: > 0 } ? string.Join('\n', tags) : null;

    /// <summary>Returns the text of headers.</summary>
    public static string? TextOf(IReadOnlyDictionary<string, string> headers) =>
        headers.Count == 0 ? null : JsonSerializer.Serialize(TaskHeaders.Of(headers), StoredJson.Options);

    /// <summary>Returns whether a row matches, except for the text that is searched for in the stored details.</summary>
    public bool Fits(in ArchiveRow row)
    {
        if (row.State != RowState.Kept || (_statuses & (1 << (int)row.Status)) == 0 || !IsWithin(row.Ended, _ended)
            || !IsWithin(row.Due, _due)
            || (_deadLetters != 0 && !IsWantedDeadLetter(row))
            || (_trigger is { } trigger && row.Trigger != trigger) || (_hasToHaveBegun && !HasBegunAsWanted(row)))
        {
            return false;
        }

        foreach (var text in _texts)
        {
            if (!text.Fits(row))
            {
                return false;
            }
        }

        return true;
    }

    private static (long From, long To) Span(DateTimeOffset? from, DateTimeOffset? to) =>
        (from?.UtcTicks ?? long.MinValue, to?.UtcTicks ?? long.MaxValue);

    private static bool IsWithin(long ticks, (long From, long To) span) => ticks >= span.From && ticks < span.To;

    private bool IsWantedDeadLetter(in ArchiveRow row) => DeadLetters.Has(row.Status)
        && (_deadLetters & (1 << (int)DeadLetters.StateOf(row.Mark, _table.RetryOf(row.Id) is not null))) != 0;

    private bool HasBegunAsWanted(in ArchiveRow row) =>
        row.Began != 0 && IsWithin(row.Began, _began) && row.Ended - row.Began >= _duration.Min && row.Ended - row.Began <= _duration.Max
            && row.Began - row.Due >= _lateness;

    private static string[] TagsOf(string text) => text.Split('\n');

    private static bool HasAll(string text, IReadOnlyDictionary<string, string> wanted)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskHeaders>(text, StoredJson.Options) is { } headers
                && wanted.All(w => headers.TryGetValue(w.Key, out var value) && value == w.Value);
        }
        catch (JsonException)
        {
            // Another text that starts in the same way.
            return false;
        }
    }

    /// <summary>Represents the texts that a row may have in one column.</summary>
    private sealed class Wanted(Column column, HashSet<int> fitting)
    {
        private readonly int _only = fitting.Count == 1 ? fitting.First() : -1;

        public bool IsEmpty => fitting.Count == 0;

        public bool Fits(in ArchiveRow row) => _only >= 0 ? column(row) == _only : fitting.Contains(column(row));
    }
}
