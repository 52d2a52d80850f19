using OrleansTasks.Records;
using OrleansTasks.Schedules;
using OrleansTasks.Storage;
using static OrleansTasks.Partitions.ItemNames;

namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps a partition's registry in memory. It knows no grain, clock or storage. Every change is also recorded for the log.
/// </summary>
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

    /// <summary>Gets the same data in the form of the log.</summary>
    public PartitionItems Items { get; }

    /// <summary>Gets the ids of processed requests about which nothing else is kept.</summary>
    public RequestIds Requests { get; }

    /// <summary>Gets the mapping of idempotency keys to runs.</summary>
    public IdempotencyKeys Idempotency { get; }

    /// <summary>Gets the batches for which the partition is responsible.</summary>
    public KeptBatches Batches { get; }

    /// <summary>Gets the groups whose limits are known to be stored.</summary>
    public KnownGroups Groups { get; }

    public PartitionHeader? Header { get; private set; }

    /// <summary>Gets the business calendars. Entries of tasks receive them.</summary>
    public CalendarSet Calendars { get; private set; } = CalendarSet.Empty;

    public Dictionary<string, TaskSlot> Slots { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the stored runs.</summary>
    public KeptRuns Runs { get; }

    public int TaskCount { get; private set; }

    /// <summary>Returns the changes since the last call, in order.</summary>
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

        var isOther = slot.Entry is not { } old || old.Generation != entry.Generation
            || (old.State == TaskState.Cancelled) != (entry.State == TaskState.Cancelled);
        slot.Entry = Lean(entry).With(Calendars);
        _changes.Note(OfTask(entry.Name), json);
        if (isOther)
        {
            Runs.CallOff(slot);
        }

        return slot;
    }

    /// <summary>Replaces the business calendars.</summary>
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
                // A ledger may exist although there is no result, and has to be removed.
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

    /// <summary>Returns the instant after which occurrences of a task are owed: nobody has started or settled them.</summary>
    public DateTimeOffset OwedAfter(TaskSlot slot)
    {
        var position = slot.Position;
        var entry = slot.Entry;

        // If the task's runs may be repeated, a started occurrence is owed until its outcome is stored.
        var done = entry?.OccurrenceGuarantee == RunGuarantee.AtLeastOnce ? position.Settled : position.Done;
        var since = entry?.UpdatedAt > Header!.StartedAt ? entry.UpdatedAt : Header.StartedAt;
        return done > since ? done.Value : since;
    }

    /// <summary>
    /// Returns the generation for a task that is registered now. Work that was accepted under its name before it was cancelled or removed
    /// does not belong to it.
    /// </summary>
    public long GenerationOf(string task) => Slots.GetValueOrDefault(task) switch
    {
        { Entry: { State: not TaskState.Cancelled } entry } => entry.Generation,
        null or { Entry: null, Runs: null or { Count: 0 }, Owner: TaskSlot.Ownership.None } => Header!.Generation,
        _ => NewGeneration(),
    };

    /// <summary>Returns a generation that is later than all others.</summary>
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

    /// <summary>Assigns an idempotency key to a run.</summary>
    public void SetKey(string task, string key, IdempotencyEntry entry) =>
        Idempotency.Set(task, key, entry with { Generation = Header?.Generation ?? 0 });

    /// <summary>Sets when the key of an ended run is freed: after a period, or at once if the period is null.</summary>
    public void EndKey(string task, string key, Guid run, TimeSpan? kept, DateTimeOffset now) =>
        Idempotency.End(task, key, run, kept, now, Header?.Generation ?? 0);

    /// <summary>Returns the last sequence number that may have been used under a task's name.</summary>
    public long LastSequence(TaskSlot slot) => slot.Position.Sequence > 0 ? slot.Position.Sequence : Header!.SequenceFloor;

    /// <summary>Gets the removed tasks whose records still have to be removed from storage.</summary>
    public IEnumerable<string> Remains =>
        Slots.Where(s => s.Value is { Entry: null, Runs: null or { Count: 0 }, Position.Sequence: > 0 }).Select(s => s.Key);

    /// <summary>Forgets a removed task whose history was removed.</summary>
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

    /// <summary>
    /// Removes expired keys, and cancelled tasks after their retention. The number is limited, because after an outage all of them may be
    /// due.
    /// </summary>
    /// <returns>Whether there may be more.</returns>
    public bool Sweep(DateTimeOffset now, TimeSpan cancelledRetention, int most)
    {
        var before = _changes.Count;
        Idempotency.Sweep(now, most);
        foreach (var (name, slot) in Slots.Where(
            s => s.Value.Entry is { State: TaskState.Cancelled } e && e.UpdatedAt + cancelledRetention <= now).Take(most).ToList())
        {
            RemoveTask(name);
        }

        foreach (var (name, slot) in Slots.Where(
            s => s.Value is
            {
                Entry: null, Position.Sequence: 0, Owner: TaskSlot.Ownership.None, HasOrphans: false, Runs: null
                or { Count: 0 }
            }).ToList())
        {
            RemovePosition(name, slot);
            Slots.Remove(name);
        }

        return _changes.Count - before >= most;
    }

    /// <summary>
    /// Removes all tasks and runs. All their stored items are void from the first stored change on, whichever of the other changes are
    /// stored.
    /// </summary>
    public void Clear(Guid request, DateTimeOffset now)
    {
        var generation = Header!.Generation + 1;
        // What configuration says is registered again when a silo starts, like the definitions in code.
        SetHeader(Header with { Generation = generation, ClearedBefore = generation, Configured = 0 });
        Requests.Add(request, true, now);
        foreach (var name in Slots.Keys.ToList())
        {
            RemoveTask(name);
        }

        Runs.Release([.. Runs.Keys], now);
        Idempotency.Clear();
    }

    /// <summary>Returns tasks in the order of their names, starting after a name.</summary>
    public IEnumerable<TaskEntry> Listed(string? after, string? prefix) =>
        _names.From(after, prefix).Select(n => Slots.GetValueOrDefault(n)?.Entry).OfType<TaskEntry>();

    /// <summary>Loads a stored item.</summary>
    public void Restore(PartitionHeader header) => Header = header;

    public void Restore(CalendarSet calendars) => Calendars = calendars;

    public void Restore(TaskEntry entry)
    {
        Slot(entry.Name).Entry = Lean(entry);
        TaskCount++;
    }

    public void Restore(string task, TaskPosition position) => Slot(task).Position = position;

    /// <summary>Connects items that belong together. Called when all items are loaded.</summary>
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

    /// <summary>Completes a removal of all tasks that was interrupted by the loss of the partition.</summary>
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

    /// <summary>Returns the entry with values that it shares with other entries.</summary>
    private TaskEntry Lean(TaskEntry entry) =>
        entry with { Handler = _handlers.Of(entry.Handler)!, Schedule = _schedules.Of(entry.Schedule) };

    private void RemovePosition(string task, TaskSlot slot)
    {
        if (slot.Position != TaskPosition.None)
        {
            slot.Position = TaskPosition.None;
            _changes.Note(OfPosition(task), null);
        }
    }
}
