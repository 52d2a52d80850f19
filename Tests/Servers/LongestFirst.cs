using Xunit.Sdk;
using Xunit.v3;

namespace OrleansTasks.Tests.Servers;

/// <summary>
/// Starts the classes that are marked with <see cref="LongAttribute"/> first, so that none of them runs alone at the end.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private readonly HashSet<string> _long =
    [
        .. AppDomain.CurrentDomain.GetAssemblies()
            .Where(static a => a.GetName().Name?.StartsWith("OrleansTasks.Tests.", StringComparison.Ordinal) is true)
            .SelectMany(static a => a.GetTypes()).Where(static t => t.IsDefined(typeof(LongAttribute), inherit: false))
            .Select(static t => t.FullName!),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => _long.Contains(ClassOf(c.TestCollectionDisplayName)) ? 0 : 1)];

    /// <summary>Returns the class of a collection that has one, from "Test collection for Some.Class (id: …)".</summary>
    private static string ClassOf(string collection) => collection.Split(' ').FirstOrDefault(static w => w.Contains('.')) ?? "";
}
