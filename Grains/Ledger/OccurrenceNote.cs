namespace OrleansTasks.Ledger;

/// <summary>What a task's grain knows of one occurrence.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Delay">By how much its run started after its instant; zero if it has none.</param>
internal readonly record struct OccurrenceNote(OccurrenceOutcome Outcome, OutcomeReason Reason, TimeSpan Delay = default)
{
    private static readonly TimeSpan Punctual = TimeSpan.FromSeconds(1);

    /// <summary>What a run's result says of the occurrence that it was for.</summary>
    public static OccurrenceNote Of(TaskResult result)
    {
        if (result.Status == RunStatus.Lost)
        {
            return new(OccurrenceOutcome.Fired, OutcomeReason.Lost);
        }

        if (result.StartedAt is not { } started)
        {
            return result.Status == RunStatus.Cancelled ? new(OccurrenceOutcome.Skipped, OutcomeReason.Cancelled) : new(OccurrenceOutcome.Missed, OutcomeReason.TimedOut);
        }

        // Of a run that was tried again only the start of the last attempt is known.
        var delay = result.Attempt > 1 || started < result.ScheduledAt ? TimeSpan.Zero : started - result.ScheduledAt;
        return new(OccurrenceOutcome.Fired, delay > Punctual ? OutcomeReason.Late : OutcomeReason.OnTime, delay);
    }
}
