using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Decides which activation of a task's grain owns the task. There is one at a time, and calls of earlier ones are rejected.
/// </summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="handed">Hands runs to the owner.</param>
/// <param name="healing">Corrects what is stored ahead of the clock.</param>
internal sealed class TaskOwnership(PartitionContext context, HandedRuns handed, ClockHealing healing) : PartitionPart(context)
{
    private readonly LateQuestions _late = new(context.Silo.Pauses);

    // Another activation of the partition assigns other numbers.
    private long _epochs = context.Silo.Background.Chance.NextInt64(long.MaxValue / 2);

    /// <summary>Gets the tasks that somebody owns, or may own.</summary>
    public IEnumerable<string> Owned => State.Slots.Where(static s => s.Value.Owner != TaskSlot.Ownership.None).Select(static s => s.Key);

    /// <summary>Records that nobody has used the partition before, because the cluster has started from nothing.</summary>
    public void BeginFromNothing() => _late.HasPredecessors = false;

    /// <summary>Returns whether an attachment is the present one.</summary>
    public static bool IsOwned(TaskSlot slot, long epoch) => slot.Owner == TaskSlot.Ownership.Attached && slot.Last!.Epoch == epoch;

    /// <summary>Returns the slot of a task whose grain calls. Rejects older attachments.</summary>
    public TaskSlot SlotOf(string task, long epoch)
    {
        var slot = State.Slot(task);
        return IsOwned(slot, epoch) ? slot : throw new StaleTaskException(task);
    }

    /// <summary>Makes an activation the owner of a task, and returns its briefing.</summary>
    public async Task<Briefing> AttachAsync(string task, Attachment attachment)
    {
        if (Silo.Cluster.IsGone(attachment.Silo))
        {
            // A silo that was frozen or cut off, and does not know yet that others have taken over.
            throw Keeper.Moved();
        }

        var slot = State.Slot(task);
        if (slot.IsAttachedTo(attachment.Activation) && attachment.Question != 0 && attachment.Question <= slot.Last!.Question)
        {
            // The question took long to arrive, and the activation has asked again since. Nobody would receive what it is handed.
            throw new StaleTaskException(task);
        }

        var isNew = !slot.IsAttachedTo(attachment.Activation);
        if (isNew && (_late.HasLeft(attachment.Activation) || IsReplaced(slot, attachment)))
        {
            throw new ReplacedTaskException(task);
        }

        if (isNew && _late.MayBeEarlier(attachment))
        {
            throw new UnmetPartitionException(task, _late.Name);
        }

        healing.HealOne(task, slot);
        if (isNew)
        {
            slot.HasOrphans |= slot.Owner != TaskSlot.Ownership.None;
            handed.TakeBack(slot);
            if (slot.Last is { } before)
            {
                _late.Leave(before.Activation);
            }

            var wasGiven = slot.Given is not null;
            (slot.Owner, slot.Last) = (TaskSlot.Ownership.Attached,
                new TaskSlot.Attached(attachment.Activation, attachment.Silo, ++_epochs));
            if (wasGiven || slot.HeapDue is null)
            {
                Waker.Free(slot);
            }
        }
        else if (slot.Last!.Briefing != attachment.Briefing || (attachment.Epoch != 0 && attachment.Epoch != slot.Last.Epoch))
        {
            // What was handed out since then may not have arrived.
            handed.TakeBack(slot);
            Waker.GiveAgain(slot);
        }
        else
        {
            slot.HasOrphans = false;
            if (healing.Sane(task, attachment.LetGo) is { } instant && (slot.Awake || slot.HeapDue < instant.UtcTicks))
            {
                Waker.ScheduleAfter(slot, instant);
            }
        }

        if (isNew || slot.Position.Term == 0)
        {
            // A name without a task when it was attached may have been registered since.
            NoteTerm(task, slot, attachment);
        }

        var owner = slot.Last!;
        owner.Briefing++;
        owner.Question = attachment.Question;
        var given = IsStarted ? Waker.Give(slot) : null;
        if (isNew && slot.Entry is { } known)
        {
            owner.MayHaveBegun = slot.Position.MayHaveBegun;
            State.SetPosition(task, OccurrenceLosses.TakeOver(slot.Position, known, given, Now));
        }

        // Runs that are handed to a stopping silo do not start there, so their first attempts are not marked.
        var runs = attachment.IsStopping ? handed.TakeDue(slot) : handed.TakeDueMarked(slot);
        var briefing = new Briefing
        {
            Number = owner.Briefing,
            Now = Now,
            Entry = slot.Entry,
            Calendars = slot.Entry is { Calendars.Revision: > 0 } entry ? entry.Calendars : null,
            Started = IsStarted,
            Epoch = owner.Epoch,
            Term = slot.Position.Term,
            Sequence = State.LastSequence(slot),
            Marks = slot.Position.Marks,
            Registry = State.Header!.Id,
            Given = given,
            StartedAt = State.Header.StartedAt,
            StoppedAt = State.Header.StoppedAt,
            LedgerFloor = State.Header.LedgerFloor!.Value,
            StoredOccurrences = isNew ? handed.Occurrences(slot) : [],
            Awake = slot.Awake,
            Settled = slot.Position.Settled,
            Claimed = slot.Position.Claimed,
            MayHaveBegun = owner.MayHaveBegun,
            Losses = slot.Position.Losses,
            MayHaveOrphans = slot.HasOrphans,
            Runs = runs,
            HasCalledOff = slot.Runs is { HasCalledOff: true },
            HasMore = handed.HasMore(slot),
        };
        await CommitAsync();
        return briefing;
    }

    /// <summary>Processes the departure of an activation.</summary>
    public async Task DetachAsync(string task, Departure departure)
    {
        var slot = State.Slot(task);
        _late.Leave(departure.Activation);
        if (WasReplaced(slot, departure.Term))
        {
            if (slot.IsAttachedTo(departure.Activation))
            {
                // Its first question arrived again, late, so it was attached again after it had left. Its departure arrived again too.
                // Another activation may have owned the task in between.
                Release(slot);
                slot.HasOrphans = true;
                Waker.Free(slot);
                await CommitAsync();
            }

            throw new StaleTaskException(task);
        }

        if (slot.Owner == TaskSlot.Ownership.Unknown)
        {
            await TakeLateDepartureAsync(task, slot, departure);
            return;
        }

        if (!slot.IsAttachedTo(departure.Activation))
        {
            throw new StaleTaskException(task);
        }

        if (departure.Briefed)
        {
            slot.HasOrphans = departure.HasOrphans;
            State.SetPosition(task,
                slot.PositionWith(departure.Marks).Settle(healing.Sane(task, departure.Settled))
                    .Unclaim(departure.Unclaimed, departure.Activation).Leave(departure.HasOrphans) with
                { Sequence = departure.Sequence });
            foreach (var (id, attempts) in departure.Attempts)
            {
                State.Runs.SetAttempts(id, attempts);
            }

            foreach (var run in departure.Runs)
            {
                State.Runs.Take(run);
            }

            if (departure.Forgotten)
            {
                State.Forget(task);
            }

            Waker.Free(slot);
        }
        else
        {
            Waker.GiveAgain(slot);
        }

        Release(slot);
        await CommitAsync();
    }

    /// <summary>Releases a task. The next owner receives its runs.</summary>
    private void Release(TaskSlot slot)
    {
        handed.TakeBack(slot);
        slot.Leave();
        handed.WakeForDue(slot);
    }

    /// <summary>Accepts some of the runs that an activation leaves, before its departure.</summary>
    public Task LeaveRunsAsync(string task, Guid activation, IReadOnlyList<StoredRun> runs, long term)
    {
        var slot = State.Slot(task);
        if (WasReplaced(slot, term) || (slot.Owner != TaskSlot.Ownership.Unknown && !slot.IsAttachedTo(activation)))
        {
            throw new StaleTaskException(task);
        }

        foreach (var run in runs.Where(r => slot.Owner != TaskSlot.Ownership.Unknown || !State.Runs.ContainsKey(r.RunId.Value)))
        {
            if (State.Runs.Take(run))
            {
                Waker.ScheduleRun(State.Runs[run.RunId.Value]);
            }
        }

        return CommitAsync();
    }

    /// <summary>
    /// Records which silos are alive, and handles the tasks of lost silos. An activation whose silo leaves in order reports that itself.
    /// </summary>
    public async Task LookAtSilosAsync()
    {
        var alive = AliveNames();
        if (!alive.SequenceEqual(State.Header!.Silos))
        {
            State.SetHeader(State.Header with { Silos = alive });
        }

        var orphaned = State.Slots.Where(
            s => s.Value is { Owner: TaskSlot.Ownership.Attached, Last.Silo: { } silo } && Silo.Cluster.IsGone(silo)).ToList();
        foreach (var (_, slot) in orphaned)
        {
            slot.Owner = TaskSlot.Ownership.Unknown;
            Waker.Free(slot);
        }

        await CommitAsync();
        Wakes.WakeUntilAwake(orphaned.Where(s => s.Value.Runs is { Count: > 0 } || s.Value.Entry is { Fires: true }).Select(s => s.Key));
    }

    /// <summary>
    /// Accepts the departure of the last activation that was attached before this partition was loaded. It may have left before and repeat
    /// its departure, so only what is valid in any case is accepted.
    /// </summary>
    private Task TakeLateDepartureAsync(string task, TaskSlot slot, Departure departure)
    {
        if (!departure.Briefed)
        {
            return CommitAsync();
        }

        State.SetPosition(task,
            slot.PositionWith(departure.Marks).Settle(healing.Sane(task, departure.Settled))
                .Unclaim(departure.Unclaimed, departure.Activation)
            .Leave(departure.HasOrphans || departure.Term != slot.Position.Term));
        foreach (var (id, attempts) in departure.Attempts.Where(
            a => State.Runs.TryGetValue(a.Key, out var run) && run.Marker == departure.Activation))
        {
            State.Runs.SetAttempts(id, attempts);
        }

        foreach (var run in departure.Runs.Where(r => !State.Runs.ContainsKey(r.RunId.Value)))
        {
            if (State.Runs.Take(run))
            {
                Waker.ScheduleRun(run);
            }
        }

        Waker.Free(slot);
        return CommitAsync();
    }

    /// <summary>
    /// Returns whether an activation that was attached before has had a successor since. Its knowledge is out of date, and its successor
    /// does not know what it has done. It has to leave, and the next one reads everything again.
    /// </summary>
    private static bool IsReplaced(TaskSlot slot, Attachment attachment) =>
        WasReplaced(slot, attachment.Term) || (attachment.Term != 0 && slot.Owner == TaskSlot.Ownership.Attached);

    /// <summary>
    /// Returns whether it is stored that the activation that owned a task in a term has had a successor. Its departure is rejected: its
    /// successor may have executed the same runs, and they may have ended. The term 0, of an earlier version, is unknown.
    /// </summary>
    private static bool WasReplaced(TaskSlot slot, long term) => term != 0 && term < slot.Position.Term;

    /// <summary>
    /// Records that a new activation owns the task, for the next holder of the partition. Nothing is stored for a name without a task.
    /// </summary>
    private void NoteTerm(string task, TaskSlot slot, Attachment attachment)
    {
        var term = attachment.Term == 0 ? slot.Position.Term + 1 : Math.Max(attachment.Term, slot.Position.Term);
        if (slot is not { Entry: null, Position.Sequence: 0, Runs: null or { Count: 0 } })
        {
            State.SetPosition(task, slot.Position with { Term = term });
        }
    }
}
