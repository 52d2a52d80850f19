namespace OrleansTasks.Storage;

/// <summary>
/// Lists the parts of a partition: the pages, then the older deltas, the newer deltas, and the journal from <see cref="First"/>.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.ManifestRecord")]
internal sealed class ManifestRecord : IStoredRecord<ManifestRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Usual;

    [Id(1)]
    public Guid Id { get; set; }

    /// <summary>Gets or sets the id of the opening of the partition that wrote this.</summary>
    [Id(2)]
    public Guid Owner { get; set; }

    /// <summary>Gets or sets a number that grows by one with each opening.</summary>
    [Id(3)]
    public long Epoch { get; set; }

    /// <summary>Gets or sets the first segment that is not folded.</summary>
    [Id(4)]
    public long First { get; set; }

    [Id(5)]
    public int SlotCount { get; set; }

    [Id(6)]
    public int PageCount { get; set; }

    /// <summary>Gets or sets a number that grows by one with each checkpoint. Its parity names the slots of the newer deltas.</summary>
    [Id(7)]
    public long Generation { get; set; }

    /// <summary>
    /// Gets or sets how many names of the previous generation are in use. They belong to the deltas that a checkpoint is writing into
    /// pages.
    /// </summary>
    [Id(8)]
    public int OldDeltas { get; set; }

    /// <summary>
    /// Gets or sets how many names of this generation are in use. The deltas with all of these names except <see cref="Skipped"/> must be
    /// applied.
    /// </summary>
    [Id(9)]
    public int Deltas { get; set; }

    /// <summary>Gets or sets the pages that exist.</summary>
    [Id(10)]
    public int[] Pages { get; set; } = [];

    /// <summary>Gets or sets the silo of the owner, if the owner named it.</summary>
    [Id(11)]
    public string? Silo { get; set; }

    /// <summary>
    /// Gets or sets the stamps of the pages, in the order of <see cref="Pages"/>. It is empty in manifests of earlier versions.
    /// </summary>
    [Id(12)]
    public long[] PageStamps { get; set; } = [];

    /// <summary>
    /// Gets or sets the indexes of names of this generation that are not read, because their records contain changes that were never
    /// confirmed.
    /// </summary>
    [Id(13)]
    public int[] Skipped { get; set; } = [];

    /// <summary>Gets or sets the skipped indexes of the previous generation.</summary>
    [Id(14)]
    public int[] OldSkipped { get; set; } = [];

    /// <summary>
    /// Gets or sets the end of the journal at the time when a loss in storage was found: all segments before this one were written. A
    /// reader searches for segments up to there, however large the gap is. It is 0 if nothing was lost.
    /// </summary>
    [Id(15)]
    public long Reached { get; set; }

    // Storage that was restored from an older copy may show a claim that is older than ours. The owner overwrites it.
    public bool Supersedes(ManifestRecord ours) => Owner != ours.Owner && Epoch >= ours.Epoch;

    /// <summary>Returns a copy to change and write.</summary>
    public ManifestRecord Next()
    {
        var next = (ManifestRecord)MemberwiseClone();
        next.Id = Guid.NewGuid();
        return next;
    }
}
