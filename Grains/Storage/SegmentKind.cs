namespace OrleansTasks.Storage;

/// <summary>What a journal segment is.</summary>
internal enum SegmentKind
{
    /// <summary>Changes to apply.</summary>
    Changes = 0,

    /// <summary>The mark with which a new owner stops the one before it.</summary>
    Seal = 1,

    /// <summary>A segment that was folded, and emptied to give its space back.</summary>
    Trimmed = 2,
}
