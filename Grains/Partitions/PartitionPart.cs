using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>A part of one partition: it answers some of the questions that are put to it. What is stored has one owner, the state, which all parts share.</summary>
/// <param name="context">What all parts share.</param>
internal abstract class PartitionPart(PartitionContext context)
{
    /// <summary>What all partitions on the silo share.</summary>
    protected PartitionServices Silo => context.Silo;

    /// <summary>The partition's number.</summary>
    protected int Number => context.Number;

    /// <summary>What is in memory.</summary>
    protected PartitionState State => context.State;

    /// <summary>Stores it.</summary>
    protected PartitionKeeper Keeper => context.Keeper;

    /// <summary>Has tasks woken for what becomes due.</summary>
    protected PartitionWaker Waker => context.Waker;

    /// <summary>Wakes tasks.</summary>
    protected WakeCalls Wakes => context.Wakes;

    /// <summary>Tells what happens to it.</summary>
    protected PartitionTeller Teller => context.Teller;

    /// <summary>The present, by the partition's clock.</summary>
    protected DateTimeOffset Now => context.Silo.Time.GetUtcNow();

    /// <summary>Whether tasks fire.</summary>
    protected bool IsStarted => context.State.Header!.Started;

    /// <summary>The silos that are alive, by their names.</summary>
    protected IReadOnlyList<string> AliveNames() => [.. Silo.Cluster.Alive.Select(static s => s.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>Takes an entry that somebody has changed, whoever that is: a client, code or configuration.</summary>
    protected void Put(TaskEntry entry, DateTimeOffset after)
    {
        var slot = State.SetTask(entry);

        // What was changed may have been the cause.
        State.SetPosition(entry.Name, slot.Position with { Losses = 0 });
        Waker.ScheduleAfter(slot, after);
    }

    /// <summary>Stores all changes made so far; nothing may be acknowledged before.</summary>
    protected Task CommitAsync() => context.Keeper.CommitAsync();
}
