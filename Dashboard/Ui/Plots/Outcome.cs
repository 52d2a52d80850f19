namespace OrleansTasks.Ui;

/// <summary>How one run went, for a sparkline.</summary>
/// <param name="Run">The run.</param>
/// <param name="Status">What it came to.</param>
/// <param name="At">When it ended; when it was due, if it has not.</param>
/// <param name="Duration">How long its last attempt took; null if it did not begin or has not ended.</param>
public sealed record Outcome(RunId Run, RunStatus Status, DateTimeOffset At, TimeSpan? Duration)
{
    /// <summary>The outcome of a run.</summary>
    public static Outcome Of(RunInfo run) => new(run.RunId, run.Status, run.FinishedAt ?? run.ScheduledAt, run.FinishedAt - run.StartedAt);

    /// <summary>The outcome that a result that went by tells of.</summary>
    public static Outcome Of(SeenResult result) => new(result.RunId, result.Status, result.FinishedAt, result.FinishedAt - result.StartedAt);
}
