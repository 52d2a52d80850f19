namespace OrleansTasks;

/// <summary>Represents consecutive occurrences with the same outcome for the same reason.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerRange")]
public sealed record LedgerRange
{
    /// <summary>Gets the first occurrence, in UTC.</summary>
    [Id(0)]
    public DateTimeOffset From { get; init; }

    /// <summary>Gets the last occurrence, in UTC.</summary>
    [Id(1)]
    public DateTimeOffset To { get; init; }

    /// <summary>Gets the number of occurrences, 1 or more.</summary>
    [Id(2)]
    public long Count { get; init; } = 1;

    /// <summary>Gets the outcome of the occurrences.</summary>
    [Id(3)]
    public OccurrenceOutcome Outcome { get; init; }

    /// <summary>Gets the reason for the outcome.</summary>
    [Id(4)]
    public OutcomeReason Reason { get; init; }

    /// <summary>Gets the longest time from the planned instant to the start of the run, for fired occurrences. Zero for others.</summary>
    [Id(5)]
    public TimeSpan GreatestDelay { get; init; }
}
