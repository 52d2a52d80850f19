namespace OrleansTasks;

/// <summary>A run to be stored, and made now or later.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.DispatchRequest")]
public sealed record DispatchRequest
{
    /// <summary>The run's id, made by the caller, so that asking again after a lost answer does not run twice.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>The arguments; null for the task's own.</summary>
    [Id(1)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>How the run is to be treated; null for the defaults.</summary>
    [Id(2)]
    public DispatchOptions? Options { get; init; }

    /// <summary>Whether it was asked before and the answer was lost: the run may have been stored, and even have ended. Default: false.</summary>
    [Id(3)]
    public bool Repeated { get; init; }

    /// <summary>The run that it follows; null if it follows none.</summary>
    [Id(4)]
    public RunId? Parent { get; init; }

    /// <summary>The batch that it belongs to; null if it belongs to none.</summary>
    [Id(5)]
    public BatchMember? Batch { get; init; }

    /// <summary>Whether it follows a batch.</summary>
    [Id(6)]
    public bool FollowsBatch { get; init; }

    /// <summary>
    /// Whether the run is stored without a look whether its arguments fit the handler: a silo may have been lost because it looked, where the code of their types ends the process. If
    /// they do not fit, the run fails. Default: false.
    /// </summary>
    [Id(7)]
    public bool Unchecked { get; init; }
}
