namespace OrleansTasks.Storage;

/// <summary>
/// Divides the journal's slots, so that neither commits nor compaction can wait for the other forever. Folding waits until everything that
/// was queued when it captured the items is stored. Slots are therefore reserved for it, and nothing else may use them.
/// </summary>
internal sealed class JournalLimits(int slots, int segmentBytes)
{
    /// <summary>The minimum number of slots for each segment after which the journal is folded.</summary>
    public const int SlotsPerFold = 4;

    /// <summary>Gets the maximum number of segments for waiting commits.</summary>
    private int CommitSegments => slots / 8;

    /// <summary>
    /// Gets the maximum number of bytes that may wait, in one commit or several. It is half of what fits, because a large change leaves
    /// unused space in the segment before it.
    /// </summary>
    public long QueuedBytes => (long)CommitSegments * segmentBytes / 2;

    /// <summary>Gets the maximum number of bytes in one write.</summary>
    public long GroupBytes => QueuedBytes / 2;

    /// <summary>
    /// Returns the number of slots that segments may use before they are folded. The last eighth is reserved for the seals of new owners.
    /// </summary>
    public int Usable(bool neededToFold) => neededToFold ? slots - (slots / 8) : slots - (slots * 3 / 8);
}
