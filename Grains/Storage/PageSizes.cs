namespace OrleansTasks.Storage;

/// <summary>How large the pages are, and so how much of a journal it takes before rewriting them is worth it.</summary>
internal sealed class PageSizes(long[] bytes, PartitionLogOptions options)
{
    public int Count => bytes.Length;

    /// <summary>The bytes of all pages.</summary>
    public long Total => bytes.Sum();

    /// <summary>
    /// All pages are rewritten when half of their size has changed: every byte that is committed costs at most two more here,
    /// whatever the size of the partition. Or when there are many small deltas, which a new owner has to read one by one: each costs at most
    /// <see cref="PagesPerDelta"/> more.
    /// </summary>
    public bool IsWorthRewriting(long deltaBytes, int deltas) =>
        deltaBytes >= Math.Max(options.CheckpointMinBytes, Total / 2) || deltas >= Math.Max(options.CheckpointMinDeltas, Total / PagesPerDelta);

    private const long PagesPerDelta = 16 << 10;

    public void Set(int page, long size) => bytes[page] = size;

    /// <summary>There are no pages any more.</summary>
    public void Clear() => Array.Clear(bytes);
}
