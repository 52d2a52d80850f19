using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps how far tasks have come: which sequence numbers may be used, and which occurrences may have started or are settled.
/// </summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="ownership">Knows the owners of tasks.</param>
/// <param name="healing">Knows which clocks are wrong.</param>
internal sealed class TaskPositions(PartitionContext context, TaskOwnership ownership, ClockHealing healing) : PartitionPart(context)
{
    /// <summary>Reserves numbers up to one. If it is 0, only checks who owns the task.</summary>
    public Task ReserveAsync(string task, long epoch, long through, StoredMarks marks = default)
    {
        var position = ownership.SlotOf(task, epoch).PositionWith(marks);
        if (through == 0)
        {
            // Storage must confirm it: a partition on a silo that was declared dead does not know of its successor until it writes.
            State.SetHeader(State.Header!);
        }

        State.SetPosition(task, position with { Sequence = Math.Max(through, position.Sequence) });
        return CommitAsync();
    }

    /// <summary>Records that the outcomes of all occurrences up to an instant are stored.</summary>
    public Task SettleAsync(string task, long epoch, DateTimeOffset through, StoredMarks marks = default)
    {
        State.SetPosition(task, ownership.SlotOf(task, epoch).PositionWith(marks).Settle(healing.Sane(task, through)));
        return CommitAsync();
    }

    /// <summary>Records that runs of occurrences start, before they do.</summary>
    public async Task<ClaimReply[]> ClaimAsync(OccurrenceClaim[] claims)
    {
        var replies = Array.ConvertAll(claims, Claim);
        await CommitAsync();
        return replies;
    }

    private ClaimReply Claim(OccurrenceClaim claim)
    {
        var slot = State.Slot(claim.Task);
        if (!TaskOwnership.IsOwned(slot, claim.Epoch) || healing.Sane(claim.Task, claim.Through) is null)
        {
            // Its owner attaches again, and learns the time of this clock.
            return new ClaimReply(true, null);
        }

        var (position, others) = slot.PositionWith(claim.Marks).Settle(healing.Sane(claim.Task, claim.Settled))
            .Claim(claim.Through, slot.Last!.Activation);
        State.SetPosition(claim.Task, position);
        return new ClaimReply(false, others);
    }
}
