namespace OrleansTasks;

/// <summary>One segment of the journal. Its slot is its sequence number modulo the number of slots.</summary>
[GenerateSerializer, Alias("OrleansTasks.SegmentRecord")]
internal sealed class SegmentRecord : IStoredRecord<SegmentRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Current;

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

    // A later owner's segment, a seal at the least, is wherever an earlier owner would write next.
    public bool Supersedes(SegmentRecord ours) => Epoch > ours.Epoch;
}
