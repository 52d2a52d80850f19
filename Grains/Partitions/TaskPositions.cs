using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>How far the tasks have come: which sequence numbers may be used, and which occurrences may have begun, or are settled.</summary>
/// <param name="context">What all parts of the partition share.</param>
/// <param name="ownership">Who works on the tasks.</param>
/// <param name="healing">Whose clock is wrong.</param>
internal sealed class TaskPositions(PartitionContext context, TaskOwnership ownership, ClockHealing healing) : PartitionPart(context)
{
    /// <summary>Sets numbers apart, up to one; none if that is 0: then it is only asked who owns the task.</summary>
    public Task ReserveAsync(string task, long epoch, long through, StoredMarks marks = default)
    {
        var position = ownership.SlotOf(task, epoch).PositionWith(marks);
        if (through == 0)
        {
            // Storage has to say so: a partition on a silo that was declared dead does not know of its successor until it writes.
            State.SetHeader(State.Header!);
        }

        State.SetPosition(task, position with { Sequence = Math.Max(through, position.Sequence) });
        return CommitAsync();
    }

    /// <summary>Notes that what came of the occurrences up to an instant is stored.</summary>
    public Task SettleAsync(string task, long epoch, DateTimeOffset through, StoredMarks marks = default)
    {
        State.SetPosition(task, ownership.SlotOf(task, epoch).PositionWith(marks).Settle(healing.Sane(task, through)));
        return CommitAsync();
    }

    /// <summary>Notes, before it happens, that runs of occurrences start.</summary>
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
            // Its owner attaches anew, and learns what time it is here.
            return new ClaimReply(true, null);
        }

        var (position, others) = slot.PositionWith(claim.Marks).Settle(healing.Sane(claim.Task, claim.Settled)).Claim(claim.Through, slot.Last!.Activation);
        State.SetPosition(claim.Task, position);
        return new ClaimReply(false, others);
    }
}
