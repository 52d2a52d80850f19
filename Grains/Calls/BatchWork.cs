using OrleansTasks.Runs;

namespace OrleansTasks.Calls;

/// <summary>Describes what the runs of a batch that have not ended are doing.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchWork")]
internal sealed record BatchWork
{
    public static BatchWork None { get; } = new();

    /// <summary>Gets whether a run is working and waits for no other.</summary>
    [Id(0)]
    public bool IsAtWork { get; init; }

    /// <summary>Gets a run that has not started, with the reason, or null if there is none.</summary>
    [Id(1)]
    public RunInfo? Waiting { get; init; }

    /// <summary>Gets runs whose handlers wait for others. If there are many, it does not contain all of them.</summary>
    [Id(2)]
    public IReadOnlyList<AwaitingRun> Awaiting { get; init; } = [];

    /// <summary>Combines what the runs of several tasks are doing.</summary>
    public static BatchWork Of(IReadOnlyList<BatchWork> works) => new()
    {
        IsAtWork = works.Any(static w => w.IsAtWork),
        Waiting = works.FirstOrDefault(static w => w.Waiting is not null)?.Waiting,
        Awaiting = [.. works.SelectMany(static w => w.Awaiting)],
    };
}

/// <summary>Represents a run whose handler waits.</summary>
/// <param name="Run">The run.</param>
/// <param name="Awaits">What it waits for.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AwaitingRun")]
internal sealed record AwaitingRun([property: Id(0)] RunId Run, [property: Id(1)] IReadOnlyList<Awaited> Awaits);
