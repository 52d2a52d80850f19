using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>Represents runs that a caller wants to archive, and waits for.</summary>
/// <param name="runs">The runs.</param>
internal sealed class WantedRuns(IReadOnlyList<RunsToKeep> runs)
{
    /// <summary>Gets the runs.</summary>
    public IReadOnlyList<RunsToKeep> Runs => runs;

    /// <summary>Gets the source that completes when the runs are stored.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
