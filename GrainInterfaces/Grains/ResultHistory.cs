namespace OrleansTasks;

/// <summary>A part of the results of a task that are kept.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ResultHistory")]
public sealed record ResultHistory
{
    /// <summary>The results, in order of their sequence numbers.</summary>
    [Id(0)]
    public IReadOnlyList<TaskResult> Results { get; init; } = [];

    /// <summary>The sequence number of the last result that there was, kept or not; 0 if there was none.</summary>
    [Id(1)]
    public long LastSequence { get; init; }

    /// <summary>Whether more results are kept than these, which the limit, or the size of an answer (about 1 MiB), left out: ask again, after the last one.</summary>
    [Id(2)]
    public bool HasMore { get; init; }

    /// <summary>
    /// The number up to which this is final: a result up to there that is neither here nor left out by the limit is not kept, or was lost, and is never added later. Results with higher
    /// numbers may exist that this answer does not know of. Null from a silo of an earlier version, which does not say.
    /// </summary>
    [Id(3)]
    public long? FinalThrough { get; init; }
}
