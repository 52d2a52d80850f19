using System.Globalization;

namespace OrleansTasks.Http;

/// <summary>Where a page of tasks ends, as a text. In the order of names it is the last name.</summary>
internal static class TaskCursor
{
    // Names have no slash.
    private const char Separator = '/';

    public static string Of(TaskInfo last, TaskOrder order) => order == TaskOrder.Name ? last.Name : $"{last.NextDue?.UtcTicks.ToString(CultureInfo.InvariantCulture)}{Separator}{last.Name}";

    /// <summary>The query for what comes after; null if the text is no end of a page.</summary>
    public static TaskQuery? After(TaskQuery query, string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return query;
        }

        if (query.Order == TaskOrder.Name)
        {
            return query with { After = cursor };
        }

        var at = cursor.IndexOf(Separator, StringComparison.Ordinal);
        var ticks = 0L;
        return at < 0 || (at > 0 && !(long.TryParse(cursor.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks))
            ? null
            : query with { After = cursor[(at + 1)..], AfterDue = at == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero) };
    }
}
