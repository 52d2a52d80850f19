namespace OrleansTasks.Storage;

/// <summary>One segment of the journal. Its slot is its sequence number modulo the number of slots.</summary>
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

    /// <summary>Whether the next segment belongs to the same commit: without it, this one counts for nothing.</summary>
    [Id(5)]
    public bool More { get; set; }

    [Id(6)]
    public string[] Keys { get; set; } = [];

    /// <summary>The JSON text of each key; null: deleted.</summary>
    [Id(7)]
    public string?[] Values { get; set; } = [];

    /// <summary>Which opening of the partition wrote this; empty in segments of earlier versions.</summary>
    [Id(8)]
    public Guid Owner { get; set; }

    /// <summary>The id of the segment before this one; empty if there is none, or in segments of earlier versions.</summary>
    [Id(9)]
    public Guid Previous { get; set; }

    /// <summary>How many changes this owner had written before this segment. The difference across a gap is the number of changes that are lost.</summary>
    [Id(10)]
    public long ChangesBefore { get; set; }

    /// <summary>Whether the segment before this one belongs to the same commit: without it, this one counts for nothing.</summary>
    [Id(11)]
    public bool Continued { get; set; }

    // A later owner's segment, a seal at the least, is wherever an earlier owner would write next. Two owners have the same epoch only
    // if storage forgot the claim of one of them: then both stop, and the next one reads what both wrote.
    public bool Supersedes(SegmentRecord ours) => Epoch > ours.Epoch || (Epoch == ours.Epoch && Owner != ours.Owner && Owner != Guid.Empty);
}
