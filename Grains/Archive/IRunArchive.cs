using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>Keeps the ended runs of this silo's tasks for searches, and finds them.</summary>
internal interface IRunArchive
{
    /// <summary>Has runs kept, and ends when they are stored.</summary>
    /// <exception cref="PartitionMovedException">That cannot be done now.</exception>
    Task KeepAsync(RunsToKeep runs);

    /// <summary>Finds the result of a run.</summary>
    /// <returns>The result; null if it is not kept.</returns>
    Task<TaskResult?> FindAsync(RunId run);
}
