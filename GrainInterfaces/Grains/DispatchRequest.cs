namespace OrleansTasks;

/// <summary>Requests that a run is stored, to start now or later.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.DispatchRequest")]
public sealed record DispatchRequest
{
    /// <summary>Gets the run's id. The caller creates it, so that a repeated request does not start a second run.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>Gets the arguments. Null uses the task's own arguments.</summary>
    [Id(1)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the options of the run. Null uses the defaults.</summary>
    [Id(2)]
    public DispatchOptions? Options { get; init; }

    /// <summary>
    /// Gets a value indicating whether the request was sent before and its answer was lost. The run may be stored, or have ended. Default:
    /// false.
    /// </summary>
    [Id(3)]
    public bool Repeated { get; init; }

    /// <summary>Gets the run that it follows, or null if there is none.</summary>
    [Id(4)]
    public RunId? Parent { get; init; }

    /// <summary>Gets the batch to which it belongs, or null if there is none.</summary>
    [Id(5)]
    public BatchMember? Batch { get; init; }

    /// <summary>Gets a value indicating whether the run follows a batch.</summary>
    [Id(6)]
    public bool FollowsBatch { get; init; }

    /// <summary>
    /// Gets a value indicating whether the run is stored without checking its arguments against the handler. A check may have caused the
    /// loss of a silo, because the code of an argument's type ended the process. If the arguments do not match, the run fails. Default:
    /// false.
    /// </summary>
    [Id(7)]
    public bool Unchecked { get; init; }
}
