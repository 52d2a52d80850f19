namespace OrleansTasks;

/// <summary>A run with which something could not be done.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reason">Why not, a sentence.</param>
public sealed record RefusedRun(RunId Run, string Reason);
