namespace OrleansTasks.Partitions;

/// <summary>Prevents this silo from taking partitions from other silos that are alive and have them.</summary>
internal interface IPartitionHolders
{
    /// <summary>
    /// Returns whether this silo may take a partition from the silo that is recorded as its holder. Waits while that silo does not answer.
    /// </summary>
    Task<bool> MayTakeAsync(int partition, SiloAddress holder);
}
