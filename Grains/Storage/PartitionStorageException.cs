namespace OrleansTasks.Storage;

/// <summary>The partition's storage failed for too long, or holds what cannot be read; the owner must open the log again.</summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionStorageException")]
internal sealed class PartitionStorageException(string message, Exception? inner = null) : TaskException(null, message, inner)
{
    /// <summary>Whether trying again cannot help: somebody must do something first.</summary>
    [Id(0)]
    public bool IsPermanent { get; init; }
}
