namespace OrleansTasks;

/// <summary>Occurrences that follow each other and have the same outcome for the same reason.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerRange")]
public sealed record LedgerRange
{
    /// <summary>The first of them, in UTC.</summary>
    [Id(0)]
    public DateTimeOffset From { get; init; }

    /// <summary>The last of them, in UTC.</summary>
    [Id(1)]
    public DateTimeOffset To { get; init; }

    /// <summary>How many they are, 1 or more.</summary>
    [Id(2)]
    public long Count { get; init; } = 1;

    /// <summary>What came of them.</summary>
    [Id(3)]
    public OccurrenceOutcome Outcome { get; init; }

    /// <summary>Why.</summary>
    [Id(4)]
    public OutcomeReason Reason { get; init; }

    /// <summary>Of those that were fired: by how much the latest of their runs started after its instant; zero of others.</summary>
    [Id(5)]
    public TimeSpan GreatestDelay { get; init; }
}
