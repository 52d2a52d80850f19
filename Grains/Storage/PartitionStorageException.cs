namespace OrleansTasks.Storage;

/// <summary>
/// Thrown when the partition's storage failed for too long, or contains something that cannot be read. The owner must open the log again.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionStorageException")]
internal sealed class PartitionStorageException(string message, Exception? inner = null) : TaskException(null, message, inner)
{
    /// <summary>Gets whether a retry cannot help, because somebody must act first.</summary>
    [Id(0)]
    public bool IsPermanent { get; init; }
}
