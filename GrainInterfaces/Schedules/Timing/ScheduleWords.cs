namespace OrleansTasks.Schedules.Timing;

/// <summary>Contains the words of a schedule, and puts them in one order. Pure.</summary>
/// <param name="When">How often and when it occurs, such as <c>every day at 09:00</c>.</param>
/// <remarks>
/// A description consists of how often and when, the time zone in parentheses, and clauses after commas: dates, window, business
/// calendar, clock changes, limits. Parts of a combined schedule are separated by semicolons, as they contain commas.
/// </remarks>
internal sealed record ScheduleWords(string When)
{
    /// <summary>Gets whether it describes several schedules.</summary>
    public bool IsList { get; init; }

    /// <summary>Gets the time zone in which the schedule is read, or null if it has none.</summary>
    public string? Zone { get; init; }

    /// <summary>Gets the clauses about dates that the schedule adds, drops or replaces.</summary>
    public IReadOnlyList<string> Dates { get; init; } = [];

    /// <summary>Gets the clauses about when the schedule begins and ends.</summary>
    public IReadOnlyList<string> Window { get; init; } = [];

    /// <summary>Gets the clauses about business calendars.</summary>
    public IReadOnlyList<string> Calendars { get; init; } = [];

    /// <summary>Gets the clauses about clock changes.</summary>
    public IReadOnlyList<string> Clocks { get; init; } = [];

    /// <summary>Gets the clauses about the number of runs and about jitter.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    private IEnumerable<string> Clauses => [.. Dates, .. Window, .. Calendars, .. Clocks, .. Limits];

    /// <summary>Returns the words of a schedule that combines others.</summary>
    /// <param name="parts">The descriptions of the schedules whose occurrences are included.</param>
    /// <param name="exceptions">The descriptions of the schedules whose occurrences are excluded.</param>
    public static ScheduleWords Combine(IReadOnlyList<string> parts, IReadOnlyList<string> exceptions)
    {
        IEnumerable<string> all = [string.Join("; and ", parts), .. exceptions.Select(e => $"except {e}")];
        return new(string.Join("; ", all)) { IsList = parts.Count + exceptions.Count > 1 };
    }

    /// <summary>Returns the description.</summary>
    public override string ToString()
    {
        var head = Zone is null ? When : $"{When} ({Zone})";
        var clauses = string.Join(", ", Clauses);

        // After a list of schedules, a clause would seem to belong to the last one only.
        return clauses.Length == 0 ? head : $"{head}{(IsList ? "; combined: " : ", ")}{clauses}";
    }
}
