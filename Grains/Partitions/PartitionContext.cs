namespace OrleansTasks.Partitions;

/// <summary>Represents what all parts of one partition share.</summary>
/// <param name="Silo">The services that all partitions on the silo share.</param>
/// <param name="Number">The partition's number.</param>
/// <param name="State">The data in memory.</param>
/// <param name="Keeper">Stores it.</param>
/// <param name="Waker">Schedules wake-ups for what becomes due.</param>
/// <param name="Wakes">Wakes tasks.</param>
/// <param name="Teller">Publishes the partition's events.</param>
internal sealed record PartitionContext(
    PartitionServices Silo,
    int Number,
    PartitionState State,
    PartitionKeeper Keeper,
    PartitionWaker Waker,
    WakeCalls Wakes,
    PartitionTeller Teller);
