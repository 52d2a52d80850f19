using OrleansTasks.Runs;

namespace OrleansTasks.Calls;

/// <summary>What the runs of a batch do that have not ended.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchWork")]
internal sealed record BatchWork
{
    public static BatchWork None { get; } = new();

    /// <summary>Whether a run is at work, and waits for no other.</summary>
    [Id(0)]
    public bool IsAtWork { get; init; }

    /// <summary>A run that has not begun, with the reason; null if there is none.</summary>
    [Id(1)]
    public RunInfo? Waiting { get; init; }

    /// <summary>Runs whose handlers wait for others, not all of them if they are many.</summary>
    [Id(2)]
    public IReadOnlyList<AwaitingRun> Awaiting { get; init; } = [];

    /// <summary>What the runs of several tasks do.</summary>
    public static BatchWork Of(IReadOnlyList<BatchWork> works) => new()
    {
        IsAtWork = works.Any(static w => w.IsAtWork),
        Waiting = works.FirstOrDefault(static w => w.Waiting is not null)?.Waiting,
        Awaiting = [.. works.SelectMany(static w => w.Awaiting)],
    };
}

/// <summary>A run whose handler waits.</summary>
/// <param name="Run">The run.</param>
/// <param name="Awaits">What it waits for.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AwaitingRun")]
internal sealed record AwaitingRun([property: Id(0)] RunId Run, [property: Id(1)] IReadOnlyList<Awaited> Awaits);
