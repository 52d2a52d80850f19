namespace OrleansTasks.Storage;

/// <summary>Records which partitions have existed, separately from the partitions themselves.</summary>
internal interface IPartitionRegistry
{
    /// <summary>Returns whether a partition has existed.</summary>
    Task<bool> HasAsync(int partition);
}
