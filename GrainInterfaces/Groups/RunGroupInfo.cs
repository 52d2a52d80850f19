namespace OrleansTasks;

/// <summary>Represents the current state of a group of tasks.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunGroupInfo")]
public sealed record RunGroupInfo
{
    /// <summary>Gets the group's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Gets the limits of the group's runs. A group that was never set has no limits.</summary>
    [Id(1)]
    public RunGroup Limits { get; init; } = new();

    /// <summary>Gets the number of active runs of the group.</summary>
    [Id(2)]
    public int Running { get; init; }

    /// <summary>Gets the number of runs that ask for a place. A task asks for at most 64 places at a time.</summary>
    [Id(3)]
    public int Waiting { get; init; }
}
