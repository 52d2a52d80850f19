namespace OrleansTasks.Batches;

/// <summary>Defines the calls of a batch to the tasks and partitions that have its runs.</summary>
internal interface IBatchRuns
{
    /// <summary>Returns the present state of a task.</summary>
    Task<TaskInfo> DescribeAsync(string task);

    /// <summary>Stores a run in a task.</summary>
    Task<RunId> DispatchAsync(string task, DispatchRequest request);

    /// <summary>Makes a task end runs that its partition has cancelled.</summary>
    Task EndCalledOffAsync(string task, IReadOnlyList<Guid> runs);

    /// <summary>Makes a partition prevent runs from starting from now on.</summary>
    /// <returns>The runs that the partition has stored. It never stores the others.</returns>
    Task<IReadOnlyList<RunId>> CallOffAsync(int partition, IReadOnlyList<Guid> runs);

    /// <summary>Makes a partition responsible for a batch.</summary>
    Task NoteBatchAsync(int partition, Guid batch);

    /// <summary>Tells a partition that the record of a batch is stored.</summary>
    Task MadeBatchAsync(int partition, Guid batch);

    /// <summary>Returns whether a partition knows that the record of a batch was stored and must exist.</summary>
    Task<bool> ExpectsBatchAsync(int partition, Guid batch);
}
