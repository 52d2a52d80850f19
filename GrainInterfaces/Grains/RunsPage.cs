namespace OrleansTasks.Grains;

/// <summary>Contains a part of the runs of a task.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunsPage")]
internal sealed record RunsPage
{
    /// <summary>Gets the runs.</summary>
    [Id(0)]
    public IReadOnlyList<RunInfo> Runs { get; init; } = [];

    /// <summary>Gets whether more follow.</summary>
    [Id(1)]
    public bool HasMore { get; init; }
}
