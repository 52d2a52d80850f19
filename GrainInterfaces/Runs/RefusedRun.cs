namespace OrleansTasks;

/// <summary>Represents a run for which an operation failed.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Reason">The reason, as a sentence.</param>
public sealed record RefusedRun(RunId Run, string Reason);
