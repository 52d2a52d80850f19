using System.Globalization;

namespace OrleansTasks.Runs;

/// <summary>Represents the position of a run among those of a query.</summary>
/// <param name="Key">The value by which it is sorted.</param>
/// <param name="Run">The run's UUID, which distinguishes runs with the same key.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRank")]
internal readonly record struct RunRank([property: Id(0)] long Key, [property: Id(1)] Guid Run)
{
    /// <summary>Returns the position of an ended run.</summary>
    public static RunRank Of(RunInfo run, RunQuery query) => new(
        KeyOf(query.Sort, run.ScheduledAt.UtcTicks, run.StartedAt?.UtcTicks ?? 0, (run.FinishedAt ?? run.ScheduledAt).UtcTicks),
        run.RunId.Value);

    /// <summary>Returns the value by which a run is sorted, from its instants in ticks. It is 0 if the run did not start.</summary>
    public static long KeyOf(RunSort sort, long due, long began, long ended) => sort switch
    {
        RunSort.Due => due,
        RunSort.Started => began,
        RunSort.Duration => began == 0 ? -1 : Math.Max(0, ended - began),
        RunSort.Lateness => began == 0 ? -1 : Math.Max(0, began - due),
        _ => ended,
    };

    /// <summary>Compares positions in the order of a query: the first one is the smallest.</summary>
    public static int Compare(RunRank a, RunRank b, bool ascending)
    {
        var order = a.Key != b.Key ? a.Key.CompareTo(b.Key) : a.Run.CompareTo(b.Run);
        return ascending ? order : -order;
    }

    /// <summary>Parses what <see cref="ToString(RunSort)"/> returns. Returns null for any other text, or one for another order.</summary>
    public static RunRank? TryParse(string? text, RunSort sort)
    {
        var parts = text?.Split('.') ?? [];
        return parts.Length == 3 && parts[0] == ((int)sort).ToString(CultureInfo.InvariantCulture)
            && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key)
            && Guid.TryParseExact(parts[2], "N", out var run)
            ? new RunRank(key, run)
            : null;
    }

    /// <summary>Returns the position as a text for <see cref="RunQuery.After"/>.</summary>
    public string ToString(RunSort sort) => string.Create(CultureInfo.InvariantCulture, $"{(int)sort}.{Key}.{Run:N}");
}
