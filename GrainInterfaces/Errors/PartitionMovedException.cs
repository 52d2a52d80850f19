namespace OrleansTasks;

/// <summary>
/// The exception that is thrown while a partition of the registry moves to another silo, or while its storage does not answer. The same
/// call succeeds later. The client repeats it by itself.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionMovedException")]
public sealed class PartitionMovedException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="PartitionMovedException"/> class.</summary>
    /// <param name="message">The reason.</param>
    public PartitionMovedException(string message)
        : base(null, message)
    {
    }

    /// <summary>
    /// Gets a value indicating whether failing storage is the reason, rather than a move. A client whose repetitions all fail throws a
    /// <see cref="TaskStorageException"/>. Default: false.
    /// </summary>
    [Id(0)]
    public bool StorageFails { get; init; }
}
