using System.Globalization;

namespace OrleansTasks.Http;

/// <summary>Converts the end of a page of tasks to a string and back. In name order, the string is the last name.</summary>
internal static class TaskCursor
{
    // Task names contain no slash.
    private const char Separator = '/';

    public static string Of(TaskInfo last, TaskOrder order) =>
        order == TaskOrder.Name ? last.Name : $"{last.NextDue?.UtcTicks.ToString(CultureInfo.InvariantCulture)}{Separator}{last.Name}";

    /// <summary>Returns the query for the next page; null if the cursor is invalid.</summary>
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
        return at < 0
            || (at > 0
                && !(long.TryParse(cursor.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out ticks)
                    && ticks <= DateTimeOffset.MaxValue.UtcTicks))
            ? null
            : query with { After = cursor[(at + 1)..], AfterDue = at == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero) };
    }
}
