namespace OrleansTasks.Storage;

/// <summary>Keeps the sizes of the pages, and so decides how large the deltas must be before rewriting the pages is worth it.</summary>
internal sealed class PageSizes(long[] bytes, PartitionLogOptions options)
{
    public int Count => bytes.Length;

    /// <summary>Gets the number of bytes in all pages.</summary>
    public long Total => bytes.Sum();

    /// <summary>
    /// Decides whether all pages are rewritten. They are when half of their size has changed: every committed byte then costs at most two
    /// more here, whatever the size of the partition. They also are when there are many small deltas, which a new owner has to read one by
    /// one: each costs at most <see cref="PagesPerDelta"/> more.
    /// </summary>
    public bool IsWorthRewriting(long deltaBytes, int deltas) =>
        deltaBytes >= Math.Max(options.CheckpointMinBytes, Total / 2)
            || deltas >= Math.Max(options.CheckpointMinDeltas, Total / PagesPerDelta);

    private const long PagesPerDelta = 16 << 10;

    public void Set(int page, long size) => bytes[page] = size;

    /// <summary>Sets all sizes to 0, because there are no pages any more.</summary>
    public void Clear() => Array.Clear(bytes);
}
