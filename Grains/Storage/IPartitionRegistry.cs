namespace OrleansTasks.Storage;

/// <summary>Knows, apart from the partitions themselves, which of them have existed.</summary>
internal interface IPartitionRegistry
{
    /// <summary>Whether a partition has existed.</summary>
    Task<bool> HasAsync(int partition);
}
