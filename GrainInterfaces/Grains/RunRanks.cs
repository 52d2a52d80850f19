using OrleansTasks.Runs;

namespace OrleansTasks.Grains;

/// <summary>Contains the ranks of some runs that match a query, in its order.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunRanks")]
internal sealed record RunRanks
{
    /// <summary>Gets the runs.</summary>
    [Id(0)]
    public IReadOnlyList<RankedRun> Runs { get; init; } = [];

    /// <summary>Gets the rank up to which the archive was searched: more may follow. Null if nothing follows.</summary>
    [Id(1)]
    public RunRank? Through { get; init; }
}

/// <summary>Represents a run with its rank.</summary>
/// <param name="Run">The run.</param>
/// <param name="Rank">Its rank.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RankedRun")]
internal readonly record struct RankedRun([property: Id(0)] RunId Run, [property: Id(1)] RunRank Rank);
