namespace OrleansTasks.Storage;

/// <summary>
/// How the journal's slots are shared out, so that neither commits nor compaction can wait for the other for ever: folding
/// waits until everything that was queued when it looked at the items is stored, and therefore has slots of its own for that, which nothing else may use.
/// </summary>
internal sealed class JournalLimits(int slots, int segmentBytes)
{
    /// <summary>The fewest slots for each segment after which the journal is folded.</summary>
    public const int SlotsPerFold = 4;

    /// <summary>The most segments that what waits may take.</summary>
    private int CommitSegments => slots / 8;

    /// <summary>The most bytes that may wait, in one commit or several; half of what fits, because a large change leaves the segment before it short.</summary>
    public long QueuedBytes => (long)CommitSegments * segmentBytes / 2;

    /// <summary>The most bytes that are written as one.</summary>
    public long GroupBytes => QueuedBytes / 2;

    /// <summary>Slots that may hold what is not folded. The last eighth is kept for the seals of new owners.</summary>
    public int Usable(bool neededToFold) => neededToFold ? slots - (slots / 8) : slots - (slots * 3 / 8);
}
