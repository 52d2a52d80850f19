using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>Represents an occurrence that must run, and the start of the run that met it.</summary>
internal sealed record TargetOutcome(ScheduledTask Task, DateTimeOffset Due, DateTimeOffset Limit, DateTimeOffset? Start, bool ReportedLost)
{
    public bool Met => Start is { } start && start <= Limit;

    public TimeSpan Lateness => (Start ?? Limit) - Due;
}

/// <summary>Represents how late a task fired an occurrence that was due during an outage.</summary>
internal sealed record Recovery(Outage Outage, TargetOutcome Target, TimeSpan Late);

/// <summary>Stores the findings of the checker.</summary>
internal sealed record Verdict
{
    public required IReadOnlyList<TargetOutcome> Targets { get; init; }

    public required int Met { get; init; }

    /// <summary>
    /// Gets the number of at-most-once occurrences that did not run and that the cluster reported as lost with their silo.
    /// </summary>
    public required int ReportedLost { get; init; }

    /// <summary>Gets the number of occurrences that did not run in time.</summary>
    public required int Missed { get; init; }

    /// <summary>Gets the number of runs that should not exist.</summary>
    public required int Duplicates { get; init; }

    /// <summary>
    /// Gets the number of repeated runs that a fault excuses. With <see cref="RunGuarantee.AtMostOnce"/>, these are runs whose start the
    /// store forgot together with a silo.
    /// </summary>
    public required int Repeats { get; init; }

    /// <summary>Gets the number of acknowledged runs that neither ended nor were reported.</summary>
    public required int Lost { get; init; }

    /// <summary>Gets how often a partition reported that its storage went back.</summary>
    public required int RolledBack { get; init; }

    /// <summary>Gets the number of dispatches that the store forgot and no living silo knew.</summary>
    public required int LostByRollback { get; init; }

    /// <summary>Gets the number of dispatches that ran and whose results the store forgot.</summary>
    public required int ForgottenResults { get; init; }

    /// <summary>Gets the number of callers without an answer.</summary>
    public required int Hung { get; init; }

    /// <summary>Gets the number of results in the histories that a subscriber did not receive, or not once, or not in order.</summary>
    public required int Unheard { get; init; }

    /// <summary>Gets what is wrong with runs that save how far they are.</summary>
    public ListVerdict Lists { get; init; } = ListVerdict.None;

    /// <summary>Gets what is wrong with the account book.</summary>
    public BookVerdict Book { get; init; } = BookVerdict.None;

    public required double LatenessP99Ms { get; init; }

    public required double RecoveryP99Ms { get; init; }

    /// <summary>Gets one recovery for each fault and task, latest first.</summary>
    public required IReadOnlyList<Recovery> Recoveries { get; init; }

    /// <summary>Gets one line for each broken promise.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    public bool Kept => Findings.Count == 0;
}
