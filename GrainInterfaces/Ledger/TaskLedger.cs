namespace OrleansTasks;

/// <summary>
/// Represents the outcomes of the instants that a task's schedule planned. Each instant has exactly one outcome with a reason, or is
/// pending. <see cref="Planned"/> is the sum of <see cref="Fired"/>, <see cref="Skipped"/>, <see cref="Missed"/> and <see cref="Pending"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskLedger")]
public sealed record TaskLedger
{
    /// <summary>Gets the task's name.</summary>
    [Id(0)]
    public required string Task { get; init; }

    /// <summary>Gets the instant after which planned instants are counted, in UTC. Null without a schedule.</summary>
    [Id(1)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the instant up to which planned instants are counted, in UTC. Null without a schedule.</summary>
    [Id(2)]
    public DateTimeOffset? Through { get; init; }

    /// <summary>Gets the number of occurrences that fired.</summary>
    public long Fired => Sum(OccurrenceOutcome.Fired);

    /// <summary>Gets the number of occurrences that were left out on purpose.</summary>
    public long Skipped => Sum(OccurrenceOutcome.Skipped);

    /// <summary>Gets the number of occurrences that should have fired but did not.</summary>
    public long Missed => Sum(OccurrenceOutcome.Missed);

    /// <summary>Gets the number of occurrences without an outcome yet: their runs are active, wait, or are about to start.</summary>
    [Id(3)]
    public long Pending { get; init; }

    /// <summary>Gets the number of instants that the schedule planned.</summary>
    public long Planned => Fired + Skipped + Missed + Pending;

    /// <summary>Gets the number of occurrences for each outcome and reason, over the whole time since <see cref="Since"/>.</summary>
    [Id(4)]
    public IReadOnlyList<LedgerTotal> Totals { get; init; } = [];

    /// <summary>
    /// Gets ranges of occurrences with the same outcome for the same reason, newest first. The oldest ranges are kept only as totals.
    /// </summary>
    [Id(5)]
    public IReadOnlyList<LedgerRange> Ranges { get; init; } = [];

    private long Sum(OccurrenceOutcome outcome) => Totals.Where(t => t.Outcome == outcome).Sum(t => t.Count);
}
