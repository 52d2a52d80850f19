namespace OrleansTasks;

/// <summary>How large the pages are, and so how much of a journal it takes before rewriting them is worth it.</summary>
internal sealed class PageSizes(long[] bytes, PartitionLogOptions options)
{
    public int Count => bytes.Length;

    /// <summary>
    /// All pages are rewritten when half of their size has changed: every byte that is committed costs at most two more here,
    /// whatever the size of the partition. Or when there are many small deltas, which a new owner has to read one by one: each costs at most
    /// <see cref="PagesPerDelta"/> more.
    /// </summary>
    public bool IsWorthRewriting(long deltaBytes, int deltas) =>
        deltaBytes >= Math.Max(options.CheckpointMinBytes, bytes.Sum() / 2) || deltas >= Math.Max(options.CheckpointMinDeltas, bytes.Sum() / PagesPerDelta);

    private const long PagesPerDelta = 32 << 10;

    public void Set(int page, long size) => bytes[page] = size;
}
