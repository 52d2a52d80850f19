namespace OrleansTasks.Storage;

/// <summary>
/// Contains the limits of a partition's log. The defaults suit a database with a latency of some tenths of a millisecond.
/// </summary>
internal sealed record PartitionLogOptions
{
    /// <summary>The number of pages over which items are hashed. It is fixed when a partition is first opened.</summary>
    public int PageCount { get; init; } = 16;

    /// <summary>
    /// The number of segments after which the journal is folded into one delta. A new owner has to read these segments one by one. At least
    /// 16, and at most a quarter of <see cref="JournalSlots"/>.
    /// </summary>
    public int FoldAfterSegments { get; init; } = 64;

    /// <summary>The number of records that the journal may have at a time. It is fixed when a partition is first opened.</summary>
    public int JournalSlots { get; init; } = 1024;

    /// <summary>The number of bytes after which the journal is folded, regardless of how few segments contain them.</summary>
    public long FoldAfterBytes { get; init; } = 4 << 20;

    /// <summary>The size of all items, in bytes, up to which each fold writes all of them, so that there is one record to read.</summary>
    public long WholeBytes { get; init; } = 16 << 10;

    /// <summary>
    /// The bytes of deltas below which pages are not rewritten. Above, they are rewritten when deltas reach half their size.
    /// </summary>
    public long CheckpointMinBytes { get; init; } = 4 << 20;

    /// <summary>
    /// The number of deltas below which small pages are not rewritten. Larger pages allow one more delta for each 16 KiB.
    /// </summary>
    public int CheckpointMinDeltas { get; init; } = 8;

    /// <summary>The number of bytes above which a segment or a delta is split.</summary>
    public int SegmentBytes { get; init; } = 512 << 10;

    /// <summary>The number of changes that may wait for storage, including those that are being written.</summary>
    public int MaxQueuedChanges { get; init; } = 100_000;

    /// <summary>The time for which one record is retried, counted from its first failure, before the log gives up.</summary>
    public TimeSpan RetryLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a first failure. It doubles up to <see cref="MaxRetryPause"/>.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between two tries.</summary>
    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of records that are read at a time.</summary>
    public int ReadParallelism { get; init; } = 8;

    /// <summary>How often taking ownership is retried when another owner writes at the same time.</summary>
    public int OpenAttempts { get; init; } = 16;

    /// <summary>Tells the operator whether storage works. Null: this log uses one of its own.</summary>
    public StorageHealth? Health { get; init; }

    /// <summary>Called, on the owner's turns, for each failure of storage that is retried.</summary>
    public Action<Exception>? OnFailed { get; init; }

    /// <summary>The silo that opens the partition, which is stored for others to see. Null: no silo is stored.</summary>
    public string? Silo { get; init; }

    /// <summary>
    /// Called before a partition is taken from an owner on another silo, with the stored name of that silo. Null: it may always be taken.
    /// </summary>
    public Func<string, Task<bool>>? MayTakeFrom { get; init; }

    /// <summary>
    /// Whether a missing page or delta is logged and left out, instead of being an error. Only for storage that is known to lose records,
    /// such as grain storage in the memory of several silos.
    /// </summary>
    public bool AcceptLostRecords { get; init; }

    /// <summary>The number of segments beyond the end of the journal that a new owner reads, in case that earlier ones were lost.</summary>
    public int LookAhead { get; init; } = 64;

    /// <summary>
    /// The records, as <c>partition/name</c>, that may be missing because an operator has accepted it. Their content is given up.
    /// </summary>
    public IReadOnlySet<string> AcceptedLosses { get; init; } = new HashSet<string>();

    /// <summary>Called when a partition has no manifest. Returns whether another record says that the partition existed.</summary>
    public Func<Task<bool>>? HasExisted { get; init; }

    /// <summary>Called with news of the stored data.</summary>
    public Action<StorageNotice>? Notify { get; init; }

    /// <summary>Decides whether a record may be missing.</summary>
    public bool Accepts(string partition, string slot) => AcceptLostRecords || AcceptedLosses.Contains($"{partition}/{slot}");
}
