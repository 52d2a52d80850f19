namespace OrleansTasks.Ledger;

/// <summary>Represents what a task's grain knows about one occurrence.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Delay">How long after its instant the run started; zero if there is no delay.</param>
internal readonly record struct OccurrenceNote(OccurrenceOutcome Outcome, OutcomeReason Reason, TimeSpan Delay = default)
{
    private static readonly TimeSpan Punctual = TimeSpan.FromSeconds(1);

    /// <summary>Returns what a run's result says about its occurrence.</summary>
    public static OccurrenceNote Of(TaskResult result)
    {
        if (result.Status == RunStatus.Lost)
        {
            return new(OccurrenceOutcome.Fired, OutcomeReason.Lost);
        }

        if (result.StartedAt is not { } started)
        {
            return result.Status == RunStatus.Cancelled
                ? new(OccurrenceOutcome.Skipped, OutcomeReason.Cancelled)
                : new(OccurrenceOutcome.Missed, OutcomeReason.TimedOut);
        }

        // For a run with several attempts, only the start of the last one is known.
        var delay = result.Attempt > 1 || started < result.ScheduledAt ? TimeSpan.Zero : started - result.ScheduledAt;
        return new(OccurrenceOutcome.Fired, delay > Punctual ? OutcomeReason.Late : OutcomeReason.OnTime, delay);
    }
}
