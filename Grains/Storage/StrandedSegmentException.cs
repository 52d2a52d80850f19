namespace OrleansTasks.Storage;

/// <summary>
/// Storage has a segment of an earlier owner further ahead than the journal was read: something between is lost, and the partition must be opened again to
/// read what lies beyond.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.StrandedSegmentException")]
internal sealed class StrandedSegmentException(string partition, long sequence)
    : TaskException(null, $"Segment {sequence} of partition '{partition}' is beyond a gap in the journal. The partition is read again, "
        + "including that segment.")
{
    [Id(0)]
    public long Sequence { get; init; } = sequence;
}
