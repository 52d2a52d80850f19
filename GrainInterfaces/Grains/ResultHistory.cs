namespace OrleansTasks;

/// <summary>Represents a part of the kept results of a task.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ResultHistory")]
public sealed record ResultHistory
{
    /// <summary>Gets the results, in order of their sequence numbers.</summary>
    [Id(0)]
    public IReadOnlyList<TaskResult> Results { get; init; } = [];

    /// <summary>Gets the sequence number of the task's last result, whether it is kept or not. 0 if there was none.</summary>
    [Id(1)]
    public long LastSequence { get; init; }

    /// <summary>
    /// Gets a value indicating whether more results are kept than returned, because of the limit or the size of an answer (about 1 MiB).
    /// Ask again for results after the last one.
    /// </summary>
    [Id(2)]
    public bool HasMore { get; init; }

    /// <summary>
    /// Gets the sequence number up to which the answer is final. A result up to this number that is neither in the answer nor left out by
    /// the limit is not kept, or was lost, and is never added later. Results with higher numbers may exist that this answer does not know
    /// of. Null from a silo of an earlier version, which does not say.
    /// </summary>
    [Id(3)]
    public long? FinalThrough { get; init; }
}
