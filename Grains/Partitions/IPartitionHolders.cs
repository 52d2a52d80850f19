namespace OrleansTasks.Partitions;

/// <summary>Keeps this silo from taking partitions from others that live and have them.</summary>
internal interface IPartitionHolders
{
    /// <summary>Whether a partition may be taken from a silo that is noted as its owner's; waits while that silo does not answer.</summary>
    Task<bool> MayTakeAsync(int partition, SiloAddress holder);
}
