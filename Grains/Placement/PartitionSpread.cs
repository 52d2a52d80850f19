namespace OrleansTasks.Placement;

/// <summary>Decides on which silo a partition is opened. Each silo has as many as every other, or one more.</summary>
internal static class PartitionSpread
{
    /// <summary>Returns the silo of a partition.</summary>
    /// <param name="partition">The partition's number, from 0.</param>
    /// <param name="silos">The silos, at least one, in any order.</param>
    public static SiloAddress SiloOf(long partition, IEnumerable<SiloAddress> silos)
    {
        var inOrder = silos.Order().ToList();
        return inOrder[(int)(partition % inOrder.Count)];
    }
}
