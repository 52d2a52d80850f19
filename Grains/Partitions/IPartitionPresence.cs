namespace OrleansTasks.Partitions;

/// <summary>What may be done in a partition's name, as long as this silo has it.</summary>
internal interface IPartitionPresence
{
    /// <summary>Whether others have it, or are about to: what is in memory counts no more.</summary>
    bool IsLost { get; }

    /// <summary>Whether tasks are to be woken for what becomes due.</summary>
    bool CanFire { get; }
}
