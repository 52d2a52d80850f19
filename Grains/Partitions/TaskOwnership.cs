using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Which activation of a task's grain works on the task: one at a time. Calls of earlier ones are refused.</summary>
/// <param name="context">What all parts of the partition share.</param>
/// <param name="handed">The runs that the owner is handed.</param>
/// <param name="healing">Puts right what is stored ahead of the clock.</param>
internal sealed class TaskOwnership(PartitionContext context, HandedRuns handed, ClockHealing healing) : PartitionPart(context)
{
    private readonly LateQuestions _late = new(context.Silo.Pauses);

    // Another activation of the partition gives out other numbers.
    private long _epochs = context.Silo.Background.Chance.NextInt64(long.MaxValue / 2);

    /// <summary>The tasks that somebody works on, or may.</summary>
    public IEnumerable<string> Owned => State.Slots.Where(static s => s.Value.Owner != TaskSlot.Ownership.None).Select(static s => s.Key);

    /// <summary>Takes that nobody has had to do with the partition before: the cluster has come up from nothing.</summary>
    public void BeginFromNothing() => _late.HasPredecessors = false;

    /// <summary>Whether an attachment is the present one.</summary>
    public static bool IsOwned(TaskSlot slot, long epoch) => slot.Owner == TaskSlot.Ownership.Attached && slot.Last!.Epoch == epoch;

    /// <summary>The slot of a task whose grain calls; older attachments are refused.</summary>
    public TaskSlot SlotOf(string task, long epoch)
    {
        var slot = State.Slot(task);
        return IsOwned(slot, epoch) ? slot : throw new StaleTaskException(task);
    }

    /// <summary>Takes an activation for the one that works on a task, and says what it has to know.</summary>
    public async Task<Briefing> AttachAsync(string task, Attachment attachment)
    {
        if (Silo.Cluster.IsGone(attachment.Silo))
        {
            // A silo that stood still, or was cut off, and does not know yet that others have taken over.
            throw Keeper.Moved();
        }

        var slot = State.Slot(task);
        if (slot.IsAttachedTo(attachment.Activation) && attachment.Question != 0 && attachment.Question <= slot.Last!.Question)
        {
            // It was long on its way, and the activation has asked again since: what it would be handed, nobody would take.
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
            (slot.Owner, slot.Last) = (TaskSlot.Ownership.Attached, new TaskSlot.Attached(attachment.Activation, attachment.Silo, ++_epochs));
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
            // A name that stood for nothing when it was attached may have been registered since.
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

        // What is handed to a silo that stops does not begin there, and is lost with nothing.
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

    /// <summary>Takes what an activation leaves.</summary>
    public async Task DetachAsync(string task, Departure departure)
    {
        var slot = State.Slot(task);
        _late.Leave(departure.Activation);
        if (WasReplaced(slot, departure.Term))
        {
            if (slot.IsAttachedTo(departure.Activation))
            {
                // Its first question came once more, late, and it was attached again after it had left; so did its departure. What was owned in between is not its own.
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
            State.SetPosition(task, slot.PositionWith(departure.Marks).Settle(healing.Sane(task, departure.Settled)).Unclaim(departure.Unclaimed, departure.Activation).Leave(departure.HasOrphans) with { Sequence = departure.Sequence });
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

    /// <summary>Has nobody own a task, and the next owner get its runs.</summary>
    private void Release(TaskSlot slot)
    {
        handed.TakeBack(slot);
        slot.Leave();
        handed.WakeForDue(slot);
    }

    /// <summary>Takes some of the runs that an activation leaves, before it says that it has left.</summary>
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

    /// <summary>Takes which silos are alive, and looks after the tasks of those that are lost. One whose silo leaves in good order says so itself.</summary>
    public async Task LookAtSilosAsync()
    {
        var alive = AliveNames();
        if (!alive.SequenceEqual(State.Header!.Silos))
        {
            State.SetHeader(State.Header with { Silos = alive });
        }

        var orphaned = State.Slots.Where(s => s.Value is { Owner: TaskSlot.Ownership.Attached, Last.Silo: { } silo } && Silo.Cluster.IsGone(silo)).ToList();
        foreach (var (_, slot) in orphaned)
        {
            slot.Owner = TaskSlot.Ownership.Unknown;
            Waker.Free(slot);
        }

        await CommitAsync();
        Wakes.WakeUntilAwake(orphaned.Where(s => s.Value.Runs is { Count: > 0 } || s.Value.Entry is { Fires: true }).Select(s => s.Key));
    }

    /// <summary>
    /// Takes what an activation leaves that was the last one to be attached before this partition was loaded. It may have left before, and may say so once more: only what holds in any case is taken.
    /// </summary>
    private Task TakeLateDepartureAsync(string task, TaskSlot slot, Departure departure)
    {
        if (!departure.Briefed)
        {
            return CommitAsync();
        }

        State.SetPosition(task, slot.PositionWith(departure.Marks).Settle(healing.Sane(task, departure.Settled)).Unclaim(departure.Unclaimed, departure.Activation)
            .Leave(departure.HasOrphans || departure.Term != slot.Position.Term));
        foreach (var (id, attempts) in departure.Attempts.Where(a => State.Runs.TryGetValue(a.Key, out var run) && run.Marker == departure.Activation))
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
    /// Whether an activation that was attached before has had a successor since. What it knows is no longer so, and its successor does not know what it has done: it has to leave, and
    /// the next one reads everything anew.
    /// </summary>
    private static bool IsReplaced(TaskSlot slot, Attachment attachment) =>
        WasReplaced(slot, attachment.Term) || (attachment.Term != 0 && slot.Owner == TaskSlot.Ownership.Attached);

    /// <summary>
    /// Whether the activation that owned a task in a term has had a successor, as is stored. What it leaves is not taken: its successor may have made the same runs, and they may be over. 0, of an
    /// earlier version, is not known.
    /// </summary>
    private static bool WasReplaced(TaskSlot slot, long term) => term != 0 && term < slot.Position.Term;

    /// <summary>Has it stored that a new activation owns the task, for whoever opens the partition next. Of a name that stands for nothing, nothing is stored.</summary>
    private void NoteTerm(string task, TaskSlot slot, Attachment attachment)
    {
        var term = attachment.Term == 0 ? slot.Position.Term + 1 : Math.Max(attachment.Term, slot.Position.Term);
        if (slot is not { Entry: null, Position.Sequence: 0, Runs: null or { Count: 0 } })
        {
            State.SetPosition(task, slot.Position with { Term = term });
        }
    }
}
