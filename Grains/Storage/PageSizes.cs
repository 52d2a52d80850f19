namespace OrleansTasks;

/// <summary>How large the pages are, and so how much of a journal it takes before rewriting them is worth it.</summary>
internal sealed class PageSizes(long[] bytes, PartitionLogOptions options)
{
    public int Count => bytes.Length;

    /// <summary>
    /// All pages are rewritten when half of their size has changed: every byte that is committed costs at most two more here,
    /// whatever the size of the partition.
    /// </summary>
    public bool IsWorthRewriting(long deltaBytes) => deltaBytes >= Math.Max(options.CheckpointMinBytes, bytes.Sum() / 2);

    public void Set(int page, long size) => bytes[page] = size;
}
