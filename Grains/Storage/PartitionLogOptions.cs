namespace OrleansTasks.Storage;

/// <summary>Limits of a partition's log. The defaults suit a database some tenths of a millisecond away.</summary>
internal sealed record PartitionLogOptions
{
    /// <summary>Into how many pages items are hashed; fixed when a partition is first opened.</summary>
    public int PageCount { get; init; } = 16;

    /// <summary>
    /// Segments after which the journal is folded into one delta: what a new owner has to read one by one. At least 16, and at most a quarter of
    /// <see cref="JournalSlots"/>.
    /// </summary>
    public int FoldAfterSegments { get; init; } = 64;

    /// <summary>Records that the journal may have at a time, fixed when a partition is first opened.</summary>
    public int JournalSlots { get; init; } = 1024;

    /// <summary>Bytes of journal after which it is folded, however few segments they are in.</summary>
    public long FoldAfterBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of items up to which all of them are written whenever the journal is folded, so that there is one record of them to read.</summary>
    public long WholeBytes { get; init; } = 16 << 10;

    /// <summary>Bytes of deltas below which pages are left alone; above, they are rewritten when deltas reach half their size.</summary>
    public long CheckpointMinBytes { get; init; } = 4 << 20;

    /// <summary>Deltas below which pages are left alone, if they are small; larger pages may have one more for each 16 KiB.</summary>
    public int CheckpointMinDeltas { get; init; } = 8;

    /// <summary>Bytes above which a segment or a delta is split.</summary>
    public int SegmentBytes { get; init; } = 512 << 10;

    /// <summary>Changes that may wait for storage, those being written included.</summary>
    public int MaxQueuedChanges { get; init; } = 100_000;

    /// <summary>How long one record is tried, counted from its first failure, before the log gives up.</summary>
    public TimeSpan RetryLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a first failure; it doubles up to <see cref="MaxRetryPause"/>.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many records are read at a time.</summary>
    public int ReadParallelism { get; init; } = 8;

    /// <summary>How often taking ownership is tried again when another owner writes at the same time.</summary>
    public int OpenAttempts { get; init; } = 16;

    /// <summary>Tells the operator whether storage works; null: this log does so for itself.</summary>
    public StorageHealth? Health { get; init; }

    /// <summary>Is told, on the owner's turns, of each failure of storage that is tried again.</summary>
    public Action<Exception>? OnFailed { get; init; }

    /// <summary>The silo that opens the partition, which is noted for others to see; null: none is.</summary>
    public string? Silo { get; init; }

    /// <summary>Asked before a partition is taken from the owner that another silo is noted for; null: it always may be.</summary>
    public Func<string, Task<bool>>? MayTakeFrom { get; init; }

    /// <summary>
    /// Whether a page or delta that is missing is logged and left out, rather than an error. Only for storage that is known
    /// to lose records, such as grain storage in the memory of several silos.
    /// </summary>
    public bool AcceptLostRecords { get; init; }

    /// <summary>Segments beyond the end of the journal that a new owner looks at, in case that what comes before them was lost.</summary>
    public int LookAhead { get; init; } = 64;

    /// <summary>Records, as <c>partition/name</c>, that may be missing because somebody has said so; what they held is given up.</summary>
    public IReadOnlySet<string> AcceptedLosses { get; init; } = new HashSet<string>();

    /// <summary>Asked when a partition has no manifest: whether it is known from elsewhere that it existed.</summary>
    public Func<Task<bool>>? HasExisted { get; init; }

    /// <summary>Told what became of stored data.</summary>
    public Action<StorageNotice>? Notify { get; init; }

    /// <summary>Whether a record may be missing.</summary>
    public bool Accepts(string partition, string slot) => AcceptLostRecords || AcceptedLosses.Contains($"{partition}/{slot}");
}
