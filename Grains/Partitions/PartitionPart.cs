using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Represents a part of one partition, which answers some of its questions. The stored data has one owner, the state, which all parts
/// share.
/// </summary>
/// <param name="context">The context that all parts share.</param>
internal abstract class PartitionPart(PartitionContext context)
{
    /// <summary>Gets the services that all partitions on the silo share.</summary>
    protected PartitionServices Silo => context.Silo;

    /// <summary>Gets the partition's number.</summary>
    protected int Number => context.Number;

    /// <summary>Gets the data in memory.</summary>
    protected PartitionState State => context.State;

    /// <summary>Gets the part that stores it.</summary>
    protected PartitionKeeper Keeper => context.Keeper;

    /// <summary>Gets the part that schedules wake-ups for what becomes due.</summary>
    protected PartitionWaker Waker => context.Waker;

    /// <summary>Gets the part that wakes tasks.</summary>
    protected WakeCalls Wakes => context.Wakes;

    /// <summary>Gets the part that publishes the partition's events.</summary>
    protected PartitionTeller Teller => context.Teller;

    /// <summary>Gets the current time by the partition's clock.</summary>
    protected DateTimeOffset Now => context.Silo.Time.GetUtcNow();

    /// <summary>Gets whether tasks fire.</summary>
    protected bool IsStarted => context.State.Header!.Started;

    /// <summary>Returns the names of the living silos.</summary>
    protected IReadOnlyList<string> AliveNames() => [.. Silo.Cluster.Alive.Select(static s => s.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Applies an entry that a client, code or configuration has changed.</summary>
    protected void Put(TaskEntry entry, DateTimeOffset after)
    {
        var slot = State.SetTask(entry);

        // The change may have removed the cause of the losses.
        State.SetPosition(entry.Name, slot.Position with { Losses = 0 });
        Waker.ScheduleAfter(slot, after);
    }

    /// <summary>Stores all changes made so far. Nothing may be acknowledged before.</summary>
    protected Task CommitAsync() => context.Keeper.CommitAsync();
}
