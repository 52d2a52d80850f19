namespace OrleansTasks.Storage;

/// <summary>
/// Thrown when storage has a segment of an earlier owner beyond the end up to which the journal was read. Segments between are lost, and
/// the partition must be opened again to read those that lie beyond.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.StrandedSegmentException")]
internal sealed class StrandedSegmentException(string partition, long sequence)
    : TaskException(null, $"Segment {sequence} of partition '{partition}' is beyond a gap in the journal. The partition is read again, "
        + "including that segment.")
{
    [Id(0)]
    public long Sequence { get; init; } = sequence;
}
