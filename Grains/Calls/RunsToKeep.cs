namespace OrleansTasks.Calls;

/// <summary>Runs of a task that have ended, to be kept for searches.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunsToKeep")]
internal sealed record RunsToKeep
{
    [Id(0)]
    public required string Task { get; init; }

    [Id(1)]
    public string? Handler { get; init; }

    [Id(2)]
    public string? Group { get; init; }

    [Id(3)]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>How long, and how many of them, are kept where they succeeded.</summary>
    [Id(4)]
    public required RunRetention Succeeded { get; init; }

    /// <summary>The same for those that did not.</summary>
    [Id(5)]
    public required RunRetention Other { get; init; }

    /// <summary>The results.</summary>
    [Id(6)]
    public IReadOnlyList<TaskResult> Results { get; init; } = [];

    /// <summary>What holds for a run.</summary>
    public RunRetention Of(RunStatus status) => status == RunStatus.Succeeded ? Succeeded : Other;
}
