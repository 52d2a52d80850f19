namespace OrleansTasks;

/// <summary>What a partition consists of: the pages, then the older deltas, the newer deltas, and the journal from <see cref="First"/>.</summary>
[GenerateSerializer, Alias("OrleansTasks.ManifestRecord")]
internal sealed class ManifestRecord : IStoredRecord<ManifestRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Current;

    [Id(1)]
    public Guid Id { get; set; }

    /// <summary>Which opening of the partition wrote this.</summary>
    [Id(2)]
    public Guid Owner { get; set; }

    /// <summary>One more with each opening.</summary>
    [Id(3)]
    public long Epoch { get; set; }

    /// <summary>The first segment that is not folded.</summary>
    [Id(4)]
    public long First { get; set; }

    [Id(5)]
    public int SlotCount { get; set; }

    [Id(6)]
    public int PageCount { get; set; }

    /// <summary>One more with each checkpoint; its parity names the slots of the newer deltas.</summary>
    [Id(7)]
    public long Generation { get; set; }

    /// <summary>How many deltas of the generation before must be applied: those that a checkpoint is writing into pages.</summary>
    [Id(8)]
    public int OldDeltas { get; set; }

    /// <summary>How many deltas of this generation must be applied.</summary>
    [Id(9)]
    public int Deltas { get; set; }

    /// <summary>The pages that exist.</summary>
    [Id(10)]
    public int[] Pages { get; set; } = [];

    /// <summary>The silo of the owner, as far as it said.</summary>
    [Id(11)]
    public string? Silo { get; set; }

    public bool Supersedes(ManifestRecord ours) => Owner != ours.Owner;

    /// <summary>A copy to change and write.</summary>
    public ManifestRecord Next()
    {
        var next = (ManifestRecord)MemberwiseClone();
        next.Id = Guid.NewGuid();
        next.Version = RecordVersion.Current;
        return next;
    }
}
