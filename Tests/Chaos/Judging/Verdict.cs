using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>A target, and the run that met it.</summary>
internal sealed record TargetOutcome(ScheduledTask Task, DateTimeOffset Due, DateTimeOffset Limit, DateTimeOffset? Start, bool ReportedLost)
{
    public bool Met => Start is { } start && start <= Limit;

    public TimeSpan Lateness => (Start ?? Limit) - Due;
}

/// <summary>How late a task fired what was due while something was out of order.</summary>
internal sealed record Recovery(Outage Outage, TargetOutcome Target, TimeSpan Late);

/// <summary>What the checker found.</summary>
internal sealed record Verdict
{
    public required IReadOnlyList<TargetOutcome> Targets { get; init; }

    public required int Met { get; init; }

    /// <summary>Targets of AtMostOnce tasks that the cluster itself reported as lost with their silo: not run, and not silent.</summary>
    public required int ReportedLost { get; init; }

    /// <summary>Targets that no run met in time.</summary>
    public required int Missed { get; init; }

    /// <summary>Runs that had no right to be.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Runs that a fault excuses for being made again: with <see cref="RunGuarantee.AtMostOnce"/>, those whose start the store forgot together with a silo.</summary>
    public required int Repeats { get; init; }

    /// <summary>What was acknowledged, and neither ran nor was reported.</summary>
    public required int Lost { get; init; }

    /// <summary>How often a partition said that its storage went back.</summary>
    public required int RolledBack { get; init; }

    /// <summary>Dispatches that the store forgot, and of which no living silo knew.</summary>
    public required int LostByRollback { get; init; }

    /// <summary>Dispatches that ran, and whose results the store forgot.</summary>
    public required int ForgottenResults { get; init; }

    /// <summary>Callers that were never answered.</summary>
    public required int Hung { get; init; }

    /// <summary>Results that the histories hold and a subscriber did not get, or not once, or not in order.</summary>
    public required int Unheard { get; init; }

    public required double LatenessP99Ms { get; init; }

    public required double RecoveryP99Ms { get; init; }

    /// <summary>One for each fault and task, the latest first.</summary>
    public required IReadOnlyList<Recovery> Recoveries { get; init; }

    /// <summary>One line for each broken promise.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    public bool Kept => Findings.Count == 0;
}
