namespace OrleansTasks.Placement;

/// <summary>
/// Decides which partitions move after silos have joined: one at a time, from the silo with the most to the one with the fewest. Pure.
/// </summary>
internal static class PartitionBalance
{
    /// <summary>
    /// Returns the silo that gets a partition from this one. Null if none does, because the partitions are as even as possible or another
    /// silo gives one away.
    /// </summary>
    /// <param name="here">This silo.</param>
    /// <param name="partitions">The number of partitions on each silo, including this one.</param>
    public static SiloAddress? TargetOf(SiloAddress here, IReadOnlyDictionary<SiloAddress, int> partitions)
    {
        // All silos see the same numbers and reach the same decision, so only one of them gives a partition away.
        var inOrder = partitions.OrderBy(static p => p.Value).ThenBy(static p => p.Key).Select(static p => p.Key).ToList();
        return IsEven(partitions) || !inOrder[^1].Equals(here) ? null : inOrder[0];
    }

    /// <summary>Decides whether the numbers of partitions on any two silos differ by at most one.</summary>
    public static bool IsEven(IReadOnlyDictionary<SiloAddress, int> partitions) =>
        partitions.Count == 0 || partitions.Values.Max() - partitions.Values.Min() <= 1;
}
