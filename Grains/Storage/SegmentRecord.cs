namespace OrleansTasks.Storage;

/// <summary>Stores one segment of the journal. Its slot is its sequence number modulo the number of slots.</summary>
[GenerateSerializer, Alias("OrleansTasks.SegmentRecord")]
internal sealed class SegmentRecord : IStoredRecord<SegmentRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Usual;

    [Id(1)]
    public Guid Id { get; set; }

    [Id(2)]
    public long Sequence { get; set; }

    [Id(3)]
    public long Epoch { get; set; }

    [Id(4)]
    public SegmentKind Kind { get; set; }

    /// <summary>Gets or sets whether the next segment belongs to the same commit. Without that one, this one is ignored.</summary>
    [Id(5)]
    public bool More { get; set; }

    [Id(6)]
    public string[] Keys { get; set; } = [];

    /// <summary>Gets or sets the JSON text of each key. Null means that the item is deleted.</summary>
    [Id(7)]
    public string?[] Values { get; set; } = [];

    /// <summary>Gets or sets the id of the opening of the partition that wrote this. It is empty in segments of earlier versions.</summary>
    [Id(8)]
    public Guid Owner { get; set; }

    /// <summary>Gets or sets the id of the previous segment. It is empty if there is none, and in segments of earlier versions.</summary>
    [Id(9)]
    public Guid Previous { get; set; }

    /// <summary>
    /// Gets or sets how many changes this owner had written before this segment. The difference across a gap is the number of lost changes.
    /// </summary>
    [Id(10)]
    public long ChangesBefore { get; set; }

    /// <summary>Gets or sets whether the previous segment belongs to the same commit. Without that one, this one is ignored.</summary>
    [Id(11)]
    public bool Continued { get; set; }

    // Where an earlier owner would write next, it finds a later owner's segment, which is at least a seal. Two owners have the same epoch
    // only if storage lost the claim of one of them: then both stop, and the next one reads what both wrote.
    public bool Supersedes(SegmentRecord ours) => Epoch > ours.Epoch || (Epoch == ours.Epoch && Owner != ours.Owner && Owner != Guid.Empty);
}
