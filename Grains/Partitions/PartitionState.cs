using OrleansTasks.Records;
using OrleansTasks.Schedules;
using OrleansTasks.Storage;
using static OrleansTasks.Partitions.ItemNames;

namespace OrleansTasks.Partitions;

/// <summary>A partition's registry in memory. It knows no grain, clock or storage; every change is also noted for the log.</summary>
internal sealed class PartitionState
{
    private const int SharedValues = 1_000;
    private readonly ItemChanges _changes = new();
    private readonly Shared<string> _handlers = new(SharedValues);
    private readonly Shared<TaskSchedule> _schedules = new(SharedValues);
    private readonly SortedNames _names;

    public PartitionState()
    {
        Requests = new RequestIds(_changes.Note);
        Idempotency = new IdempotencyKeys(_changes.Note);
        Batches = new KeptBatches(_changes.Note);
        Runs = new KeptRuns(Slot, Requests, _changes.Note);
        Groups = new KnownGroups(_changes.Note);
        Items = new PartitionItems(this, _changes);
        _names = new SortedNames(() => Slots.Where(static s => s.Value.Entry is not null).Select(static s => s.Key));
    }

    /// <summary>The same as the log has it.</summary>
    public PartitionItems Items { get; }

    /// <summary>The ids of requests that were acted upon, of which nothing else is kept.</summary>
    public RequestIds Requests { get; }

    /// <summary>Which runs idempotency keys stand for.</summary>
    public IdempotencyKeys Idempotency { get; }

    /// <summary>The batches that are looked after.</summary>
    public KeptBatches Batches { get; }

    /// <summary>The groups whose limits are known to be stored.</summary>
    public KnownGroups Groups { get; }

    public PartitionHeader? Header { get; private set; }

    /// <summary>The business calendars, which entries of tasks are given along.</summary>
    public CalendarSet Calendars { get; private set; } = CalendarSet.Empty;

    public Dictionary<string, TaskSlot> Slots { get; } = new(StringComparer.Ordinal);

    /// <summary>The stored runs.</summary>
    public KeptRuns Runs { get; }

    public int TaskCount { get; private set; }

    /// <summary>The changes since the last call, in order.</summary>
    public IReadOnlyList<LogChange> TakeChanges() => _changes.Take();

    public void SetHeader(PartitionHeader header)
    {
        Header = header;
        _changes.Note(ItemNames.Header, Write(header));
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
            _names.Forget();
        }

        var isOther = slot.Entry is not { } old || old.Generation != entry.Generation || (old.State == TaskState.Cancelled) != (entry.State == TaskState.Cancelled);
        slot.Entry = Lean(entry).With(Calendars);
        _changes.Note(OfTask(entry.Name), json);
        if (isOther)
        {
            Runs.CallOff(slot);
        }

        return slot;
    }

    /// <summary>Takes other business calendars.</summary>
    /// <returns>The tasks whose occurrences change with them.</returns>
    public IReadOnlyList<string> SetCalendars(CalendarSet calendars)
    {
        var before = Calendars;
        Calendars = calendars;
        _changes.Note(ItemNames.Calendars, Write(calendars));
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
            SetPosition(task, slot.Position.WithoutMarks());
            if (entry.Schedule is not null && slot.Position.Sequence == 0)
            {
                // There may be a ledger although there is no result: something of it remains to be removed.
                SetPosition(task, slot.Position with { Sequence = Math.Max(1, LastSequence(slot)) });
            }

            slot.Entry = null;
            Runs.CallOff(slot);
            (slot.Awake, slot.HeapDue, slot.Given) = (false, null, null);
            TaskCount--;
            _names.Forget();
            _changes.Note(OfTask(task), null);
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
            _changes.Note(OfPosition(task), Write(position));
        }
    }

    /// <summary>Has an idempotency key stand for a run.</summary>
    public void SetKey(string task, string key, IdempotencyEntry entry) => Idempotency.Set(task, key, entry with { Generation = Header?.Generation ?? 0 });

    /// <summary>Frees the key of a run that has ended: after a while, or at once if that is null.</summary>
    public void EndKey(string task, string key, Guid run, TimeSpan? kept, DateTimeOffset now) => Idempotency.End(task, key, run, kept, now, Header?.Generation ?? 0);

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
        Idempotency.Sweep(now, most);
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

    /// <summary>Removes all tasks and runs. What is stored of them is void from the first change on, whichever of the others are stored.</summary>
    public void Clear(Guid request, DateTimeOffset now)
    {
        var generation = Header!.Generation + 1;
        // What configuration says is registered anew when a silo starts, as what code defines is.
        SetHeader(Header with { Generation = generation, ClearedBefore = generation, Configured = 0 });
        Requests.Add(request, true, now);
        foreach (var name in Slots.Keys.ToList())
        {
            RemoveTask(name);
        }

        Runs.Release([.. Runs.Keys], now);
        Idempotency.Clear();
    }

    /// <summary>Tasks in order of their names, from after one on.</summary>
    public IEnumerable<TaskEntry> Listed(string? after, string? prefix) => _names.From(after, prefix).Select(n => Slots.GetValueOrDefault(n)?.Entry).OfType<TaskEntry>();

    /// <summary>Takes an item as it was stored.</summary>
    public void Restore(PartitionHeader header) => Header = header;

    public void Restore(CalendarSet calendars) => Calendars = calendars;

    public void Restore(TaskEntry entry)
    {
        Slot(entry.Name).Entry = Lean(entry);
        TaskCount++;
    }

    public void Restore(string task, TaskPosition position) => Slot(task).Position = position;

    /// <summary>Called when all items were taken: makes of them what belongs together.</summary>
    public void OnRestored()
    {
        foreach (var slot in Slots.Values.Where(s => s.Entry is not null))
        {
            slot.Entry = slot.Entry!.With(Calendars);
        }

        RemoveCleared();
        foreach (var slot in Slots.Values)
        {
            Runs.CallOff(slot);
        }
    }

    /// <summary>Removes what was cleared when the partition was lost before all of it was removed.</summary>
    private void RemoveCleared()
    {
        var floor = Header?.ClearedBefore ?? 0;
        foreach (var task in Slots.Where(s => s.Value.Entry?.Generation < floor).Select(s => s.Key).ToList())
        {
            RemoveTask(task);
        }

        Runs.Release([.. Runs.Values.Where(r => r.Generation < floor).Select(r => r.RunId.Value)], DateTimeOffset.UnixEpoch);
        Idempotency.RemoveBefore(floor);
    }

    /// <summary>The same with what others have too in common with them.</summary>
    private TaskEntry Lean(TaskEntry entry) => entry with { Handler = _handlers.Of(entry.Handler)!, Schedule = _schedules.Of(entry.Schedule) };

    private void RemovePosition(string task, TaskSlot slot)
    {
        if (slot.Position != TaskPosition.None)
        {
            slot.Position = TaskPosition.None;
            _changes.Note(OfPosition(task), null);
        }
    }
}
