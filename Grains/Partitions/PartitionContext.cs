namespace OrleansTasks.Partitions;

/// <summary>What all parts of one partition share.</summary>
/// <param name="Silo">What all partitions on the silo share.</param>
/// <param name="Number">The partition's number.</param>
/// <param name="State">What is in memory.</param>
/// <param name="Keeper">Stores it.</param>
/// <param name="Waker">Has tasks woken for what becomes due.</param>
/// <param name="Wakes">Wakes tasks.</param>
/// <param name="Teller">Tells what happens to it.</param>
internal sealed record PartitionContext(
    PartitionServices Silo,
    int Number,
    PartitionState State,
    PartitionKeeper Keeper,
    PartitionWaker Waker,
    WakeCalls Wakes,
    PartitionTeller Teller);
