namespace OrleansTasks;

/// <summary>Requests a run for which the caller waits.</summary>
[GenerateSerializer, OmitDefaultMemberValues, Immutable, Alias("OrleansTasks.RunRequest")]
public sealed record RunRequest
{
    /// <summary>Gets the run's id. The caller creates it, so that a repeated request does not start a second run.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>Gets the arguments. Null uses the task's own arguments.</summary>
    [Id(1)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the options of the run. Null uses the defaults.</summary>
    [Id(2)]
    public RunOptions? Options { get; init; }

    /// <summary>
    /// Gets a value indicating whether the request was sent before and its answer was lost, so that the run may have started.
    /// </summary>
    [Id(3)]
    public bool Repeated { get; init; }

    /// <summary>
    /// Gets the id of the task grain's activation that identified itself to the caller. It shows that the request was sent after that
    /// activation began. Empty if no activation did. Null from a caller that does not support this; its request counts as new.
    /// </summary>
    [Id(31)]
    public Guid? Met { get; init; }

    /// <summary>Gets how many times a silo was lost while the caller waited for this run.</summary>
    [Id(30)]
    public int Losses { get; init; }
}
