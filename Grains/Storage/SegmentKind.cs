namespace OrleansTasks.Storage;

/// <summary>Says what a journal segment contains.</summary>
internal enum SegmentKind
{
    /// <summary>The segment contains changes to apply.</summary>
    Changes = 0,

    /// <summary>The segment is the mark with which a new owner stops the previous one.</summary>
    Seal = 1,

    /// <summary>The segment was folded, and emptied to free its space.</summary>
    Trimmed = 2,
}
