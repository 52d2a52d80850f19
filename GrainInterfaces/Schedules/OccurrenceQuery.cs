namespace OrleansTasks;

/// <summary>Selects the occurrences of a task's schedule to compute.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OccurrenceQuery")]
public sealed record OccurrenceQuery
{
    /// <summary>The maximum <see cref="Count"/>: 1,000.</summary>
    public const int MaxCount = 1000;

    /// <summary>Gets the maximum number of occurrences. Default: 10. Range: 1 to 1,000.</summary>
    [Id(0)]
    public int Count { get; init; } = 10;

    /// <summary>Gets the first instant to look at. Null starts after the present instant.</summary>
    [Id(1)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the last instant to look at. Null sets no end.</summary>
    [Id(2)]
    public DateTimeOffset? To { get; init; }

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Count is < 1 or > MaxCount)
        {
            faults.Add($"count is {Count}; 1 to {MaxCount} are allowed.");
        }

        if (To < From)
        {
            faults.Add($"The period ends ({To:O}) before it begins ({From:O}). Set an end that is not earlier.");
        }

        return faults;
    }

    /// <summary>
    /// Returns the occurrences of a resolved schedule. Future occurrences do not include those that were planned for before its
    /// registration.
    /// </summary>
    internal IReadOnlyList<TaskOccurrence> Of(TaskSchedule? schedule, DateTimeOffset registered, DateTimeOffset now) =>
        schedule is null ? []
        : From is { } from ? [.. schedule.Occurrences(from > DateTimeOffset.MinValue ? from.AddTicks(-1) : from, To).Take(Count)]
        : [.. schedule.Occurrences(now, To).Where(o => o.Planned > registered || schedule is AtSchedule).Take(Count)];
}
