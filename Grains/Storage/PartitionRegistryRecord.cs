namespace OrleansTasks.Storage;

/// <summary>Which partitions a cluster's storage has, apart from the partitions' own records: written once, when all of them were there.</summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionRegistryRecord")]
internal sealed class PartitionRegistryRecord : IStoredRecord<PartitionRegistryRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Usual;

    [Id(1)]
    public Guid Id { get; set; }

    /// <summary>The partitions from 0 to one less than this exist.</summary>
    [Id(2)]
    public int Partitions { get; set; }

    public bool Supersedes(PartitionRegistryRecord ours) => true;
}
