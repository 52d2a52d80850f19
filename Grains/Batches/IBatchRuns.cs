namespace OrleansTasks.Batches;

/// <summary>The tasks and partitions that have the runs of batches, as a batch speaks to them.</summary>
internal interface IBatchRuns
{
    /// <summary>The task as it stands.</summary>
    Task<TaskInfo> DescribeAsync(string task);

    /// <summary>Has a task store a run.</summary>
    Task<RunId> DispatchAsync(string task, DispatchRequest request);

    /// <summary>Has a task end runs that its partition has called off.</summary>
    Task EndCalledOffAsync(string task, IReadOnlyList<Guid> runs);

    /// <summary>Has a partition see to it that runs do not start from now on.</summary>
    /// <returns>Those that it has stored; it stores none of the others any more.</returns>
    Task<IReadOnlyList<RunId>> CallOffAsync(int partition, IReadOnlyList<Guid> runs);

    /// <summary>Has a partition look after a batch.</summary>
    Task NoteBatchAsync(int partition, Guid batch);

    /// <summary>Tells a partition that the record of a batch is stored.</summary>
    Task MadeBatchAsync(int partition, Guid batch);

    /// <summary>Whether a partition knows that the record of a batch was stored, and is to be there.</summary>
    Task<bool> ExpectsBatchAsync(int partition, Guid batch);
}
