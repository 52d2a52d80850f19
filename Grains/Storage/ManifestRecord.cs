namespace OrleansTasks.Storage;

/// <summary>What a partition consists of: the pages, then the older deltas, the newer deltas, and the journal from <see cref="First"/>.</summary>
[GenerateSerializer, Alias("OrleansTasks.ManifestRecord")]
internal sealed class ManifestRecord : IStoredRecord<ManifestRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Usual;

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

    /// <summary>How many names of the generation before are in use: of the deltas that a checkpoint is writing into pages.</summary>
    [Id(8)]
    public int OldDeltas { get; set; }

    /// <summary>How many names of this generation are in use; the deltas with all of them but <see cref="Skipped"/> must be applied.</summary>
    [Id(9)]
    public int Deltas { get; set; }

    /// <summary>The pages that exist.</summary>
    [Id(10)]
    public int[] Pages { get; set; } = [];

    /// <summary>The silo of the owner, as far as it said.</summary>
    [Id(11)]
    public string? Silo { get; set; }

    /// <summary>The stamps of the pages, in the order of <see cref="Pages"/>; empty in manifests of earlier versions.</summary>
    [Id(12)]
    public long[] PageStamps { get; set; } = [];

    /// <summary>The indexes of names of this generation that hold what was never confirmed, and are not read.</summary>
    [Id(13)]
    public int[] Skipped { get; set; } = [];

    /// <summary>The same for the generation before.</summary>
    [Id(14)]
    public int[] OldSkipped { get; set; } = [];

    /// <summary>
    /// The segment before which all were written, as was known when storage was found to have lost some: a reader looks for segments up to there, however
    /// large the gap is. 0 if nothing was lost.
    /// </summary>
    [Id(15)]
    public long Reached { get; set; }

    // Storage that went back may show a claim that is older than ours. It is written over.
    public bool Supersedes(ManifestRecord ours) => Owner != ours.Owner && Epoch >= ours.Epoch;

    /// <summary>A copy to change and write.</summary>
    public ManifestRecord Next()
    {
        var next = (ManifestRecord)MemberwiseClone();
        next.Id = Guid.NewGuid();
        return next;
    }
}
