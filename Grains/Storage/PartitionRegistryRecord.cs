namespace OrleansTasks.Storage;

/// <summary>
/// Stores which partitions a cluster's storage has, separately from the partitions' own records. It is written once, when all of them were
/// there.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionRegistryRecord")]
internal sealed class PartitionRegistryRecord : IStoredRecord<PartitionRegistryRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Usual;

    [Id(1)]
    public Guid Id { get; set; }

    /// <summary>Gets or sets the number of partitions: those from 0 to one less than this exist.</summary>
    [Id(2)]
    public int Partitions { get; set; }

    public bool Supersedes(PartitionRegistryRecord ours) => true;
}
