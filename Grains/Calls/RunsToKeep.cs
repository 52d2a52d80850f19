namespace OrleansTasks.Calls;

/// <summary>Contains ended runs of a task, to be kept for searches.</summary>
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

    /// <summary>Gets how long, and how many, successful runs are kept.</summary>
    [Id(4)]
    public required RunRetention Succeeded { get; init; }

    /// <summary>Gets how long, and how many, other runs are kept.</summary>
    [Id(5)]
    public required RunRetention Other { get; init; }

    /// <summary>Gets the results.</summary>
    [Id(6)]
    public IReadOnlyList<TaskResult> Results { get; init; } = [];

    /// <summary>Gets the approximate size of the results in bytes, measured once by the sender; 0 if it is of an earlier version.</summary>
    [Id(7)]
    public long Size { get; init; }

    /// <summary>Returns the retention of runs with a status.</summary>
    public RunRetention Of(RunStatus status) => status == RunStatus.Succeeded ? Succeeded : Other;
}
