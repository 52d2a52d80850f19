using Xunit.Sdk;
using Xunit.v3;

namespace OrleansTasks.Tests.Web;

/// <summary>Starts the classes whose tests take longest first, so that none of them runs alone at the end.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    // Orleans and the web server take half a minute to give up on a lost silo, and a deadly run costs several silos.
    private static readonly string[] Long =
    [
        "Deadly", "LostSilo", "FullDisk", "TelemetryProgram", "DurableSilo", "ClusterProgram", "Stop", "Tenant", "MissingDatabase",
        "RunSearch",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(static c => Rank(c.TestCollectionDisplayName))];

    private static int Rank(string name)
    {
        var rank = Array.FindIndex(Long, l => name.Contains($".{l}", StringComparison.Ordinal));
        return rank < 0 ? Long.Length : rank;
    }
}
