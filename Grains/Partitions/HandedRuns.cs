using OrleansTasks.Grains;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Decides which stored runs the owner of a task is handed, and which are handed out again because it may not have them.</summary>
/// <param name="context">What all parts of the partition share.</param>
internal sealed class HandedRuns(PartitionContext context) : PartitionPart(context)
{
    private const int BriefingLimit = 1000;

    /// <summary>Whether there are further runs to hand out.</summary>
    public bool HasMore(TaskSlot slot) => IsStarted && slot.Runs?.HasDue(Now + WakePlan.AwakeWithin) == true;

    /// <summary>Hands out a run that was stored just now, in the answer to that, if it is due. The owner goes by what is said here: its clock may be another one, or be put right before the answer comes.</summary>
    public StoredRun HandNew(TaskSlot slot, StoredRun run)
    {
        if (run.WantedAt <= Now)
        {
            slot.Runs![run.RunId.Value] = true;
        }

        return HandAgain(slot, run);
    }

    /// <summary>
    /// The answer to one who asks once more for a run to be stored: says whether it is handed over, since the answer that said so may not have arrived. One that is not is not handed over here
    /// either: the message may have come twice, and then nobody hears this answer. Its task is woken for it.
    /// </summary>
    public static StoredRun HandAgain(TaskSlot slot, StoredRun run) =>
        slot.Runs is { } all && all.TryGetValue(run.RunId.Value, out var isHanded) && isHanded ? run with { IsHanded = true } : run;

    /// <summary>
    /// Takes a run whose owner has it, and waits for its next attempt. One that is known and not handed over was taken back: perhaps the owner is in doubt, and the message came twice. Its task is
    /// woken for it.
    /// </summary>
    public void KeepParked(TaskSlot slot, StoredRun run, bool isNew)
    {
        if (isNew)
        {
            slot.Runs![run.RunId.Value] = true;
        }
        else if (!slot.Runs![run.RunId.Value])
        {
            Waker.ScheduleRun(run);
        }
    }

    /// <summary>Hands out what is due, as much as one answer holds.</summary>
    public List<StoredRun> TakeDue(TaskSlot slot)
    {
        if (slot.Runs is not { Count: > 0 } all || !IsStarted)
        {
            return [];
        }

        var horizon = Now + WakePlan.AwakeWithin;
        return AnswerPage.Of(Due(), StoredRun.SizeOf, BriefingLimit);

        IEnumerable<StoredRun> Due()
        {
            while (all.TryTakeDue(horizon, out var id))
            {
                yield return State.Runs[id];
            }
        }
    }

    /// <summary>The same, and marks the first attempts of those runs, in the write that hands them out.</summary>
    public List<StoredRun> TakeDueMarked(TaskSlot slot)
    {
        var handed = TakeDue(slot);
        for (var i = 0; i < handed.Count; i++)
        {
            if (LossMarks.IsFreshAndSmall(handed[i], slot.Options))
            {
                handed[i] = LossMarks.Mark(handed[i], slot.Last!.Activation);
                State.Runs.Set(handed[i]);
            }
        }

        return handed;
    }

    /// <summary>The instants of the occurrences that are stored runs.</summary>
    public List<DateTimeOffset> Occurrences(TaskSlot slot) =>
        [.. (slot.Runs?.Keys.Select(id => State.Runs[id]).Where(r => r.Trigger == RunTrigger.Schedule).Select(r => r.Occurrence ?? r.DueAt).Take(BriefingLimit) ?? [])];

    /// <summary>Has the runs that were handed to an earlier owner handed out again: what is due with the next briefing, and the rest when it is.</summary>
    public void TakeBack(TaskSlot slot)
    {
        foreach (var id in slot.Runs?.Where(static r => r.Value).Select(static r => r.Key).ToList() ?? [])
        {
            slot.Runs![id] = false;
            if (State.Runs[id] is var run && run.WantedAt > Now + WakePlan.AwakeWithin)
            {
                // Its owner would have seen to that.
                Waker.ScheduleRun(run);
            }
        }
    }

    /// <summary>Has the task woken for those that are due: nobody owns it now.</summary>
    public void WakeForDue(TaskSlot slot)
    {
        foreach (var run in slot.Runs?.Keys.Select(id => State.Runs[id]).Where(r => r.WantedAt <= Now + WakePlan.AwakeWithin) ?? [])
        {
            Waker.ScheduleRun(run);
        }
    }
}
