namespace OrleansTasks;

/// <summary>A partition's registry in memory. It knows no grain, clock or storage; every change is also noted for the log.</summary>
internal sealed partial class PartitionState
{
    private const int SharedValues = 1_000;
    private readonly Dictionary<string, IdempotencyEntry> _keys = new(StringComparer.Ordinal);
    private readonly Shared<string> _handlers = new(SharedValues);
    private readonly Shared<TaskSchedule> _schedules = new(SharedValues);
    private string[]? _sortedNames;

    public PartitionState() => Requests = new RequestIds(Note);

    /// <summary>The ids of requests that were acted upon, of which nothing else is kept.</summary>
    public RequestIds Requests { get; }

    public PartitionHeader? Header { get; private set; }

    /// <summary>The business calendars, which entries of tasks are given along.</summary>
    public CalendarSet Calendars { get; private set; } = CalendarSet.Empty;

    public Dictionary<string, TaskSlot> Slots { get; } = new(StringComparer.Ordinal);

    public Dictionary<Guid, StoredRun> Runs { get; } = [];

    /// <summary>Batches that are looked after; those that have ended with the instant at which they are forgotten.</summary>
    public Dictionary<Guid, DateTimeOffset?> Batches { get; } = [];

    public int TaskCount { get; private set; }

    public int PendingRuns { get; private set; }

    /// <summary>The bytes of the arguments of runs that have not ended.</summary>
    public long PendingArguments { get; private set; }

    public void SetHeader(PartitionHeader header)
    {
        Header = header;
        Note(HeaderKey, Write(header));
    }

    public TaskSlot Slot(string task)
    {
        if (!Slots.TryGetValue(task, out var slot))
        {
            Slots.Add(task, slot = new TaskSlot());
        }

        return slot;
    }

    public TaskSlot SetTask(TaskEntry entry)
    {
        var json = Write(entry);
        var slot = Slot(entry.Name);
        if (slot.Entry is null)
        {
            TaskCount++;
            _sortedNames = null;
        }

        var isOther = slot.Entry is not { } old || old.Generation != entry.Generation || (old.State == TaskState.Cancelled) != (entry.State == TaskState.Cancelled);
        slot.Entry = Lean(entry).With(Calendars);
        Note(TaskPrefix + entry.Name, json);
        if (isOther)
        {
            CallOff(slot);
        }

        return slot;
    }

    /// <summary>Takes other business calendars.</summary>
    /// <returns>The tasks whose occurrences change with them.</returns>
    public IReadOnlyList<string> SetCalendars(CalendarSet calendars)
    {
        var before = Calendars;
        Calendars = calendars;
        Note(CalendarsKey, Write(calendars));
        var changed = new List<string>();
        foreach (var (name, slot) in Slots.Where(s => s.Value.Entry?.Schedule is { } schedule && schedule.CalendarNames.Any()))
        {
            slot.Entry = slot.Entry!.With(calendars);
            if (calendars.Changes(slot.Entry.Schedule!, before))
            {
                changed.Add(name);
            }
        }

        return changed;
    }

    public void RemoveTask(string task)
    {
        if (Slots.TryGetValue(task, out var slot) && slot.Entry is { } entry)
        {
            if (entry.Schedule is not null && slot.Position.Sequence == 0)
            {
                // There may be a ledger although there is no result: something of it remains to be removed.
                SetPosition(task, slot.Position with { Sequence = Math.Max(1, LastSequence(slot)) });
            }

            slot.Entry = null;
            CallOff(slot);
            (slot.Awake, slot.HeapDue, slot.Given) = (false, null, null);
            TaskCount--;
            _sortedNames = null;
            Note(TaskPrefix + task, null);
        }
    }

    /// <summary>The instant after which occurrences of a task are owed: nobody has started or settled them.</summary>
    public DateTimeOffset OwedAfter(TaskSlot slot)
    {
        var position = slot.Position;
        var entry = slot.Entry;

        // What was started of a task whose runs may be repeated is owed until its outcome is stored.
        var done = entry?.OccurrenceGuarantee == RunGuarantee.AtLeastOnce ? position.Settled : position.Done;
        var since = entry?.UpdatedAt > Header!.StartedAt ? entry.UpdatedAt : Header.StartedAt;
        return done > since ? done.Value : since;
    }

    /// <summary>The generation of a task that is registered now. What was accepted under its name before it was cancelled or removed does not belong to it.</summary>
    public long GenerationOf(string task) => Slots.GetValueOrDefault(task) switch
    {
        { Entry: { State: not TaskState.Cancelled } entry } => entry.Generation,
        null or { Entry: null, Runs: null or { Count: 0 }, Owner: TaskSlot.Ownership.None } => Header!.Generation,
        _ => NewGeneration(),
    };

    /// <summary>A generation later than all others.</summary>
    public long NewGeneration()
    {
        SetHeader(Header! with { Generation = Header.Generation + 1 });
        return Header.Generation;
    }

    public void SetPosition(string task, TaskPosition position)
    {
        var slot = Slot(task);
        if (slot.Position != position)
        {
            slot.Position = position;
            Note(PositionPrefix + task, Write(position));
        }
    }

    public void SetRun(StoredRun run)
    {
        // Before anything is changed: what cannot be written is refused by itself, and leaves the rest as it was.
        var json = Write(run);
        if (Runs.TryGetValue(run.RunId.Value, out var old))
        {
            CountPending(old, -1);
            CountPending(run, 1);
            Runs[run.RunId.Value] = run;
            var slot = Slot(run.RunId.Task);
            slot.Runs!.Set(run, IsCalledOff(slot, run));
        }
        else
        {
            AddToMemory(run);
        }

        Note(RunKey(run.RunId.Value), json);
    }

    /// <summary>Corrects the number of attempts that may have started, as the owner who leaves knows it.</summary>
    public void SetAttempts(Guid id, int attempts)
    {
        if (Runs.TryGetValue(id, out var run) && run.Result is null && run.Attempts != attempts)
        {
            SetRun(run with { Attempts = attempts, Marker = null });
        }
    }

    public void RemoveRun(Guid id)
    {
        if (Runs.Remove(id, out var run))
        {
            CountPending(run, -1);
            Slot(run.RunId.Task).Runs?.Remove(id);
            Note(RunKey(id), null);
        }
    }

    /// <summary>Forgets runs, and keeps their ids: they are not made again under these.</summary>
    public void ReleaseRuns(IReadOnlyList<Guid> ids, DateTimeOffset now)
    {
        var known = ids.Where(Runs.ContainsKey).ToList();
        foreach (var id in known)
        {
            RemoveRun(id);
        }

        Requests.Add(known, now);
    }

    /// <summary>The dispatch that an idempotency key stands for; null if there is none, or its time is over.</summary>
    public IdempotencyEntry? FindByKey(string task, string key, DateTimeOffset now) =>
        _keys.TryGetValue(KeyOf(task, key), out var entry) && (entry.Expires is null || entry.Expires > now) ? entry : null;

    public void SetKey(string task, string key, IdempotencyEntry entry)
    {
        entry = entry with { Generation = Header?.Generation ?? 0 };
        _keys[KeyOf(task, key)] = entry;
        Note(IdempotencyPrefix + KeyOf(task, key), Write(entry));
    }

    /// <summary>Frees the key of a run that has ended: after a while, or at once if that is null.</summary>
    public void EndKey(string task, string key, Guid run, TimeSpan? kept, DateTimeOffset now)
    {
        if (_keys.TryGetValue(KeyOf(task, key), out var entry) && entry.Run != run)
        {
            return;
        }

        if (kept is { } span)
        {
            SetKey(task, key, (entry ?? new IdempotencyEntry(run)) with { Expires = now + span, Kept = span });
        }
        else if (_keys.Remove(KeyOf(task, key)))
        {
            Note(IdempotencyPrefix + KeyOf(task, key), null);
        }
    }

    public void SetBatch(Guid batch, DateTimeOffset? expires)
    {
        Batches[batch] = expires;
        Note(BatchKey(batch), Write(new BatchEntry(expires)));
    }

    public void RemoveBatch(Guid batch)
    {
        if (Batches.Remove(batch))
        {
            Note(BatchKey(batch), null);
        }
    }

    /// <summary>The last sequence number that may have been used under a task's name.</summary>
    public long LastSequence(TaskSlot slot) => slot.Position.Sequence > 0 ? slot.Position.Sequence : Header!.SequenceFloor;

    /// <summary>Tasks that are no more, and of which something is stored besides.</summary>
    public IEnumerable<string> Remains => Slots.Where(s => s.Value is { Entry: null, Runs: null or { Count: 0 }, Position.Sequence: > 0 }).Select(s => s.Key);

    /// <summary>Forgets a task that is no more, whose history was removed.</summary>
    public void Forget(string task)
    {
        if (Slots.TryGetValue(task, out var slot) && slot is { Entry: null, Runs: null or { Count: 0 } })
        {
            if (slot.Position.Sequence > Header!.SequenceFloor)
            {
                SetHeader(Header with { SequenceFloor = slot.Position.Sequence });
            }

            RemovePosition(task, slot);
        }
    }

    /// <summary>Removes keys and cancelled tasks whose time is over; some at a time, because after an outage it may be that of all of them.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Sweep(DateTimeOffset now, TimeSpan cancelledRetention, int most)
    {
        var before = _changes.Count;
        foreach (var (key, entry) in _keys.Where(k => k.Value.Expires <= now).Take(most).ToList())
        {
            _keys.Remove(key);
            Note(IdempotencyPrefix + key, null);
        }

        foreach (var (name, slot) in Slots.Where(s => s.Value.Entry is { State: TaskState.Cancelled } e && e.UpdatedAt + cancelledRetention <= now).Take(most).ToList())
        {
            RemoveTask(name);
        }

        foreach (var (name, slot) in Slots.Where(s => s.Value is { Entry: null, Position.Sequence: 0, Owner: TaskSlot.Ownership.None, HasOrphans: false, Runs: null or { Count: 0 } }).ToList())
        {
            RemovePosition(name, slot);
            Slots.Remove(name);
        }

        return _changes.Count - before >= most;
    }

    /// <summary>Has nothing be remembered for longer than it was to be, whatever the clock said when it was stored.</summary>
    public void HealRetention(DateTimeOffset now, TimeSpan tolerance, TimeSpan batchRetention)
    {
        foreach (var (key, entry) in _keys.ToList())
        {
            if (StoredInstants.Heal(entry.Expires, entry.Kept, now, tolerance) is var expires && expires != entry.Expires)
            {
                _keys[key] = entry with { Expires = expires };
                Note(IdempotencyPrefix + key, Write(_keys[key]));
            }
        }

        foreach (var (batch, expires) in Batches.ToList())
        {
            if (StoredInstants.Heal(expires, batchRetention, now, tolerance) is var healed && healed != expires)
            {
                SetBatch(batch, healed);
            }
        }
    }

    /// <summary>Removes all tasks and runs. What is stored of them is void from the first change on, whichever of the others are stored.</summary>
    public void Clear(Guid request, DateTimeOffset now)
    {
        var generation = Header!.Generation + 1;
        SetHeader(Header with { Generation = generation, ClearedBefore = generation });
        Requests.Add(request, true, now);
        foreach (var name in Slots.Keys.ToList())
        {
            RemoveTask(name);
        }

        ReleaseRuns([.. Runs.Keys], now);
        foreach (var key in _keys.Keys.ToList())
        {
            _keys.Remove(key);
            Note(IdempotencyPrefix + key, null);
        }
    }

    /// <summary>Tasks in order of their names, from after one on.</summary>
    public IEnumerable<TaskEntry> Listed(string? after, string? prefix)
    {
        if (_sortedNames is null)
        {
            _sortedNames = [.. Slots.Where(s => s.Value.Entry is not null).Select(s => s.Key)];
            Array.Sort(_sortedNames, StringComparer.Ordinal);
        }

        var from = Math.Max(First(after, 1), First(prefix, 0));
        for (var i = from; i < _sortedNames.Length; i++)
        {
            if (prefix is not null && !_sortedNames[i].StartsWith(prefix, StringComparison.Ordinal))
            {
                yield break;
            }

            if (Slots[_sortedNames[i]].Entry is { } entry)
            {
                yield return entry;
            }
        }

        int First(string? name, int pastEqual)
        {
            if (name is null)
            {
                return 0;
            }

            var at = Array.BinarySearch(_sortedNames!, name, StringComparer.Ordinal);
            return at >= 0 ? at + pastEqual : ~at;
        }
    }

    /// <summary>The same with what others have too in common with them.</summary>
    private TaskEntry Lean(TaskEntry entry) => entry with { Handler = _handlers.Of(entry.Handler)!, Schedule = _schedules.Of(entry.Schedule) };

    private void RemovePosition(string task, TaskSlot slot)
    {
        if (slot.Position != TaskPosition.None)
        {
            slot.Position = TaskPosition.None;
            Note(PositionPrefix + task, null);
        }
    }

    private void AddToMemory(StoredRun run)
    {
        Runs.Add(run.RunId.Value, run);
        CountPending(run, 1);
        var slot = Slot(run.RunId.Task);
        (slot.Runs ??= []).Set(run, IsCalledOff(slot, run));
    }

    private static bool IsCalledOff(TaskSlot slot, StoredRun run) => run.Result is null && !Admission.Admits(slot.Entry, run);

    private void CallOff(TaskSlot slot) => slot.Runs?.CallOff(id => IsCalledOff(slot, Runs[id]));

    private void CountPending(StoredRun run, int sign)
    {
        PendingRuns += run.Result is null ? sign : 0;
        PendingArguments += run.Result is null ? sign * (run.Arguments?.Size ?? 0) : 0;
    }
}
