using OrleansTasks.Runs;

namespace OrleansTasks.Grains;

/// <summary>The places of some runs that fit a query, in its order.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRanks")]
internal sealed record RunRanks
{
    /// <summary>The runs.</summary>
    [Id(0)]
    public IReadOnlyList<RankedRun> Runs { get; init; } = [];

    /// <summary>Up to where it was looked: more may follow. Null if there is nothing further.</summary>
    [Id(1)]
    public RunRank? Through { get; init; }
}

/// <summary>A run with its place.</summary>
/// <param name="Run">The run.</param>
/// <param name="Rank">Its place.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RankedRun")]
internal readonly record struct RankedRun([property: Id(0)] RunId Run, [property: Id(1)] RunRank Rank);
