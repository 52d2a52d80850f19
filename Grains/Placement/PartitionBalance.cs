namespace OrleansTasks.Placement;

/// <summary>Decides which partitions go to other silos after silos have come: one at a time, from the silo that has the most to the one that has the fewest. Pure.</summary>
internal static class PartitionBalance
{
    /// <summary>The silo that gets a partition from this one; null if none does, because the partitions are as even as can be or another silo is the one to give.</summary>
    /// <param name="here">This silo.</param>
    /// <param name="partitions">How many partitions each silo has, this one among them.</param>
    public static SiloAddress? TargetOf(SiloAddress here, IReadOnlyDictionary<SiloAddress, int> partitions)
    {
        // All silos see the same and come to the same answer, so that one of them gives.
        var inOrder = partitions.OrderBy(static p => p.Value).ThenBy(static p => p.Key).Select(static p => p.Key).ToList();
        return IsEven(partitions) || !inOrder[^1].Equals(here) ? null : inOrder[0];
    }

    /// <summary>Whether no silo has more than one partition more than another.</summary>
    public static bool IsEven(IReadOnlyDictionary<SiloAddress, int> partitions) =>
        partitions.Count == 0 || partitions.Values.Max() - partitions.Values.Min() <= 1;
}
