namespace OrleansTasks;

/// <summary>What came of something that was done with many runs: the value of the run that did it (<see cref="ITaskClient.RetryAllAsync"/>).</summary>
public sealed record RunOperationReport
{
    /// <summary>The number of runs with which it was done.</summary>
    public long Done { get; init; }

    /// <summary>The number of runs with which it could not be done.</summary>
    public long Refused { get; init; }

    /// <summary>Why not: the first of these runs, up to 20.</summary>
    public IReadOnlyList<RefusedRun> Reasons { get; init; } = [];
}
