using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>Runs that somebody wants kept, and waits for that.</summary>
/// <param name="runs">The runs.</param>
internal sealed class WantedRuns(IReadOnlyList<RunsToKeep> runs)
{
    /// <summary>The runs.</summary>
    public IReadOnlyList<RunsToKeep> Runs => runs;

    /// <summary>Ends when they are stored.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
