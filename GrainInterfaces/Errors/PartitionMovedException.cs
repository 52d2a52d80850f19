namespace OrleansTasks;

/// <summary>A part of the registry is moving to another silo, or its storage does not answer; the same call succeeds soon. The client repeats it by itself.</summary>
[GenerateSerializer, Alias("OrleansTasks.PartitionMovedException")]
public sealed class PartitionMovedException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What is going on.</param>
    public PartitionMovedException(string message)
        : base(null, message)
    {
    }

    /// <summary>Whether the reason is storage that fails, and not a move. A client that repeats the call in vain gets a <see cref="TaskStorageException"/>. Default: false.</summary>
    [Id(0)]
    public bool StorageFails { get; init; }
}
