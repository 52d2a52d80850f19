using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>Keeps the ended runs of this silo's tasks for searches, and finds them.</summary>
internal interface IRunArchive
{
    /// <summary>Has runs kept.</summary>
    /// <returns>When they are stored: the last number of the task that was kept before; 0 if none was.</returns>
    /// <exception cref="PartitionMovedException">That cannot be done now.</exception>
    Task<long> KeepAsync(RunsToKeep runs);

    /// <summary>Finds the result of a run.</summary>
    /// <returns>The result; null if it is not kept.</returns>
    Task<TaskResult?> FindAsync(RunId run);
}
