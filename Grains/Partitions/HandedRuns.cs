using OrleansTasks.Grains;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Decides which stored runs the owner of a task receives, and which it receives again because it may not have them.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
internal sealed class HandedRuns(PartitionContext context) : PartitionPart(context)
{
    private const int BriefingLimit = 1000;

    /// <summary>Returns whether there are more runs to hand out.</summary>
    public bool HasMore(TaskSlot slot) => IsStarted && slot.Runs?.HasDue(Now + WakePlan.AwakeWithin) == true;

    /// <summary>
    /// Hands out a run that was just stored, in the answer to that call, if it is due. The owner relies on this answer: its own clock may
    /// differ, or may be corrected before the answer arrives.
    /// </summary>
    public StoredRun HandNew(TaskSlot slot, StoredRun run)
    {
        if (run.WantedAt <= Now)
        {
            slot.Runs![run.RunId.Value] = true;
        }

        return HandAgain(slot, run);
    }

    /// <summary>
    /// Returns the answer to a repeated request to store a run. It says whether the run is handed over, since the first answer may not have
    /// arrived. A run that is not handed over stays so: the message may have come twice, and then nobody receives this answer. The run's
    /// task is woken for it.
    /// </summary>
    public static StoredRun HandAgain(TaskSlot slot, StoredRun run) =>
        slot.Runs is { } all && all.TryGetValue(run.RunId.Value, out var isHanded) && isHanded ? run with { IsHanded = true } : run;

    /// <summary>
    /// Accepts a run that its owner has and that waits for its next attempt. A run that is known and not handed over was taken back.
    /// Possibly the owner is in doubt and the message came twice. The run's task is woken for it.
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

    /// <summary>Hands out due runs, as many as one answer holds.</summary>
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

    /// <summary>Hands out due runs in the same way, and marks their first attempts in the write that hands them out.</summary>
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

    /// <summary>Returns the instants of the occurrences that are stored runs.</summary>
    public List<DateTimeOffset> Occurrences(TaskSlot slot) =>
        [.. (slot.Runs?.Keys.Select(id => State.Runs[id]).Where(r => r.Trigger == RunTrigger.Schedule).Select(r => r.Occurrence ?? r.DueAt)
            .Take(BriefingLimit) ?? [])];

    /// <summary>
    /// Takes back the runs that were handed to an earlier owner: due runs go out with the next briefing, and the others when they are due.
    /// </summary>
    public void TakeBack(TaskSlot slot)
    {
        foreach (var id in slot.Runs?.Where(static r => r.Value).Select(static r => r.Key).ToList() ?? [])
        {
            slot.Runs![id] = false;
            if (State.Runs[id] is var run && run.WantedAt > Now + WakePlan.AwakeWithin)
            {
                // The former owner would have started it.
                Waker.ScheduleRun(run);
            }
        }
    }

    /// <summary>Wakes the task for the runs that are due, because nobody owns it now.</summary>
    public void WakeForDue(TaskSlot slot)
    {
        foreach (var run in slot.Runs?.Keys.Select(id => State.Runs[id]).Where(r => r.WantedAt <= Now + WakePlan.AwakeWithin) ?? [])
        {
            Waker.ScheduleRun(run);
        }
    }
}
