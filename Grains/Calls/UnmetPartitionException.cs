namespace OrleansTasks.Calls;

/// <summary>
/// Thrown when a partition was opened recently, and cannot tell whether a question of a task grain was sent since then or was delayed. The
/// grain sends it once more, with the id of the partition's activation.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.UnmetPartitionException")]
internal sealed class UnmetPartitionException : TaskException
{
    public UnmetPartitionException(string task, Guid partition)
        : base(task, $"The partition of the task '{task}' was opened recently. Send the request again, so that it can be distinguished "
            + "from a delayed one.") =>
        Partition = partition;

    /// <summary>Gets the id of the activation of the partition.</summary>
    [Id(0)]
    public Guid Partition { get; }
}
