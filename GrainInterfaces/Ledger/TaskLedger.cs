namespace OrleansTasks;

/// <summary>
/// What came of the instants that a task's schedule had planned: each has exactly one outcome with a reason, or is pending.
/// <see cref="Planned"/> is the sum of <see cref="Fired"/>, <see cref="Skipped"/>, <see cref="Missed"/> and <see cref="Pending"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskLedger")]
public sealed record TaskLedger
{
    /// <summary>The task's name.</summary>
    [Id(0)]
    public required string Task { get; init; }

    /// <summary>Planned instants after this one are accounted for, in UTC; null without a schedule.</summary>
    [Id(1)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Planned instants up to this one are accounted for, in UTC; null without a schedule.</summary>
    [Id(2)]
    public DateTimeOffset? Through { get; init; }

    /// <summary>How many were fired.</summary>
    public long Fired => Sum(OccurrenceOutcome.Fired);

    /// <summary>How many were left out on purpose.</summary>
    public long Skipped => Sum(OccurrenceOutcome.Skipped);

    /// <summary>How many were to be made and were not.</summary>
    public long Missed => Sum(OccurrenceOutcome.Missed);

    /// <summary>How many have no outcome yet: their runs are under way, wait, or are about to start.</summary>
    [Id(3)]
    public long Pending { get; init; }

    /// <summary>How many instants the schedule had planned.</summary>
    public long Planned => Fired + Skipped + Missed + Pending;

    /// <summary>How many have which outcome for which reason, over all the time since <see cref="Since"/>.</summary>
    [Id(4)]
    public IReadOnlyList<LedgerTotal> Totals { get; init; } = [];

    /// <summary>Stretches of occurrences with the same outcome for the same reason, the newest first; the oldest are kept only as totals.</summary>
    [Id(5)]
    public IReadOnlyList<LedgerRange> Ranges { get; init; } = [];

    private long Sum(OccurrenceOutcome outcome) => Totals.Where(t => t.Outcome == outcome).Sum(t => t.Count);
}
