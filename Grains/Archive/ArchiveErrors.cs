using OrleansTasks.Storage;

namespace OrleansTasks.Archive;

/// <summary>Decides which exception a caller of an archive gets.</summary>
internal static class ArchiveErrors
{
    /// <summary>Returns the exception for waiting callers, who do not know the exception types of databases.</summary>
    public static Exception ForCallers(Exception e, int partition) =>
        e is PartitionMovedException || StorageErrors.IsPermanent(e) ? e : new PartitionMovedException(
            $"Ended runs of partition {partition} could not be stored for searches. Repeat the call. {e.Message}");
}
