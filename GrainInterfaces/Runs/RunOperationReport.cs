namespace OrleansTasks;

/// <summary>
/// Represents the result of an operation on many runs. It is the value of the run that performed the operation
/// (<see cref="ITaskClient.ApplyAsync"/>).
/// </summary>
public sealed record RunOperationReport
{
    /// <summary>Gets the number of runs for which the operation succeeded.</summary>
    public long Done { get; init; }

    /// <summary>Gets the number of runs for which the operation failed.</summary>
    public long Refused { get; init; }

    /// <summary>Gets the reasons for the first of these runs, up to 20.</summary>
    public IReadOnlyList<RefusedRun> Reasons { get; init; } = [];
}
