namespace OrleansTasks;

/// <summary>A run that a caller waits for.</summary>
[GenerateSerializer, OmitDefaultMemberValues, Immutable, Alias("OrleansTasks.RunRequest")]
public sealed record RunRequest
{
    /// <summary>The run's id, made by the caller, so that asking again after a lost answer does not run twice.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>The arguments; null for the task's own.</summary>
    [Id(1)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>How the run is to be treated; null for the defaults.</summary>
    [Id(2)]
    public RunOptions? Options { get; init; }

    /// <summary>Whether this was sent before and its answer was lost, so that the run may have been started.</summary>
    [Id(3)]
    public bool Repeated { get; init; }

    /// <summary>
    /// Names the activation of the task's grain that has told the caller its name, so that it knows that this was sent since it began. Empty if none did; null from a caller that cannot
    /// be told: its request is taken for a new one.
    /// </summary>
    [Id(31)]
    public Guid? Met { get; init; }

    /// <summary>How many times a silo was lost while the caller waited for this run.</summary>
    [Id(30)]
    public int Losses { get; init; }
}
