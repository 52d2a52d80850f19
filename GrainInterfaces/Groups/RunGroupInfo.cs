namespace OrleansTasks;

/// <summary>A group of tasks as it stands.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunGroupInfo")]
public sealed record RunGroupInfo
{
    /// <summary>The group's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What its runs may do; a group that was never set has no limits.</summary>
    [Id(1)]
    public RunGroup Limits { get; init; } = new();

    /// <summary>How many of its runs are under way.</summary>
    [Id(2)]
    public int Running { get; init; }

    /// <summary>How many of its runs ask for a place; a task asks for at most 64 at a time.</summary>
    [Id(3)]
    public int Waiting { get; init; }
}
