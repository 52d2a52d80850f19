namespace OrleansTasks.Partitions;

/// <summary>Defines what this silo may do on behalf of a partition, as long as it holds the partition.</summary>
internal interface IPartitionPresence
{
    /// <summary>Gets whether others have the partition, or are about to take it. The data in memory is no longer valid then.</summary>
    bool IsLost { get; }

    /// <summary>Gets whether tasks may be woken for what becomes due.</summary>
    bool CanFire { get; }
}
