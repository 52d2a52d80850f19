namespace OrleansTasks.Ui;

/// <summary>Represents the outcome of one run, for a sparkline.</summary>
/// <param name="Run">The run.</param>
/// <param name="Status">The status of the run.</param>
/// <param name="At">The instant at which the run ended or, if it has not ended, was due.</param>
/// <param name="Duration">The duration of the last attempt; null if it has not started or not ended.</param>
public sealed record Outcome(RunId Run, RunStatus Status, DateTimeOffset At, TimeSpan? Duration)
{
    /// <summary>Returns the outcome of a run.</summary>
    public static Outcome Of(RunInfo run) => new(run.RunId, run.Status, run.FinishedAt ?? run.ScheduledAt, run.FinishedAt - run.StartedAt);

    /// <summary>Returns the outcome that a result reports.</summary>
    public static Outcome Of(SeenResult result) =>
        new(result.RunId, result.Status, result.FinishedAt, result.FinishedAt - result.StartedAt);
}
