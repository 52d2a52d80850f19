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
}
