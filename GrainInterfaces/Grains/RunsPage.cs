namespace OrleansTasks.Grains;

/// <summary>A part of the runs of a task.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunsPage")]
internal sealed record RunsPage
{
    /// <summary>The runs.</summary>
    [Id(0)]
    public IReadOnlyList<RunInfo> Runs { get; init; } = [];

    /// <summary>Whether more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}
