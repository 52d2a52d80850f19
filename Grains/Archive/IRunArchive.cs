using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>Archives the ended runs of this silo's tasks for searches, and finds them.</summary>
internal interface IRunArchive
{
    /// <summary>Archives runs. Returns when they are stored.</summary>
    /// <exception cref="PartitionMovedException">The runs cannot be stored now.</exception>
    Task KeepAsync(RunsToKeep runs);

    /// <summary>Finds the result of a run.</summary>
    /// <returns>The result; null if it is not archived.</returns>
    Task<TaskResult?> FindAsync(RunId run);

    /// <summary>Finds the run that was accepted last as a retry of a run.</summary>
    /// <returns>Its id; null if there is none, or if the archive does not answer in time.</returns>
    Task<RunId?> FindRetryAsync(RunId run);

    /// <summary>Finds what was done about a run.</summary>
    /// <returns>The marks; empty if there are none, or if the archive does not answer in time.</returns>
    Task<IReadOnlyList<RunMark>> FindMarksAsync(RunId run);
}
