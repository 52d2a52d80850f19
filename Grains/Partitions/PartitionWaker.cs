using OrleansTasks.Clocks;
using OrleansTasks.Records;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>
/// Manages a partition's heap of due times and its one timer. It wakes task grains shortly before something of theirs is due.
/// </summary>
internal sealed class PartitionWaker : IDisposable
{
    private const int RebuildAbove = 1_000;
    private const long StepsOnTurnOfAll = 200_000;
    private readonly PartitionServices _silo;
    private readonly IPartitionPresence _partition;
    private readonly PartitionState _state;
    private readonly WakeCalls _calls;
    private readonly Func<string, TaskSlot, DateTimeOffset, Task> _fireOnce;
    private readonly InstantTimer _timer;

    // Entries by due time: the slot of a task with an occurrence, or the id of a stored run.
    private readonly PriorityQueue<object, long> _heap = new();

    // Slots whose next occurrence is being searched for in the background, with the search that counts.
    private readonly Dictionary<TaskSlot, object> _searches = [];
    private long _stepsOnTurn = long.MaxValue;
    private long _armedFor = long.MaxValue;

    /// <param name="silo">The services that all partitions on the silo share.</param>
    /// <param name="partition">Tells whether the partition may act.</param>
    /// <param name="state">The data in memory.</param>
    /// <param name="calls">Wakes task grains.</param>
    /// <param name="timers">Creates the timer.</param>
    /// <param name="fireOnce">Turns the one occurrence of a schedule that has just one into a stored run.</param>
    public PartitionWaker(PartitionServices silo, IPartitionPresence partition, PartitionState state, WakeCalls calls, TimerFactory timers,
        Func<string, TaskSlot, DateTimeOffset, Task> fireOnce)
    {
        (_silo, _partition, _state, _calls, _fireOnce) = (silo, partition, state, calls, fireOnce);
        _timer = new InstantTimer(timers, TakeDue, silo.Time, silo.Log);
    }

    /// <summary>Gets the earliest instant in the heap. Null if the heap is empty, or an ended run is about to be handed over.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DropVoid();
            return _heap.TryPeek(out _, out var due) && due > 0 ? new DateTimeOffset(due, TimeSpan.Zero) : null;
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Gets the number of entries in the heap, including void ones.</summary>
    public int HeapLength => _heap.Count;

    /// <summary>Removes void entries when they are the majority. Those of the far future would stay until then.</summary>
    public void ForgetVoid()
    {
        if (_heap.Count <= (2 * (_state.Slots.Count + _state.Runs.Count)) + RebuildAbove)
        {
            return;
        }

        var valid = _heap.UnorderedItems.Where(i => !IsVoid(i.Element, i.Priority)).Distinct().ToList();
        _heap.Clear();
        _heap.EnqueueRange(valid);
        _heap.TrimExcess();
    }

    /// <summary>Fills the heap again, for tasks that nobody owns from now on.</summary>
    public void ScheduleAll()
    {
        _heap.Clear();
        _searches.Clear();

        // Limits the total time on this turn to that of some hundred tasks. The rest is searched for in the background.
        _stepsOnTurn = StepsOnTurnOfAll;
        foreach (var slot in _state.Slots.Values)
        {
            Free(slot);
        }

        _stepsOnTurn = long.MaxValue;

        foreach (var run in _state.Runs.Values)
        {
            ScheduleRun(run);
        }

        Arm();
    }

    /// <summary>Sets the timer again, because the clock was set forward or back.</summary>
    public void ArmAnew() => Arm();

    /// <summary>Takes over a task's occurrences from an owner that no longer handles them.</summary>
    public void Free(TaskSlot slot) => ScheduleAfter(slot, _state.OwedAfter(slot));

    /// <summary>Handles a task's occurrences from an instant on, whatever its owner received before.</summary>
    public void ScheduleAfter(TaskSlot slot, DateTimeOffset instant)
    {
        (slot.Awake, slot.Given, slot.HeapDue) = (false, null, null);
        Push(slot, instant);
    }

    /// <summary>Takes back what an owner received last, because the answer may have been lost.</summary>
    public void GiveAgain(TaskSlot slot)
    {
        if (slot.Given is { } given)
        {
            ScheduleAfter(slot, given.AddTicks(-1));
        }
    }

    /// <summary>Hands the next occurrence to a task's owner if it is near, and the following ones if they come soon enough.</summary>
    public DateTimeOffset? Give(TaskSlot slot)
    {
        if (slot.HeapDue is not { } due || slot.Entry is not { Fires: true, OccursOnce: false } entry)
        {
            return null;
        }

        var next = new DateTimeOffset(due, TimeSpan.Zero);
        if (next - _silo.Time.GetUtcNow() > WakePlan.AwakeWithin + WakePlan.Ahead)
        {
            return null;
        }

        (slot.Given, slot.Awake, slot.HeapDue) = (next, WakePlan.HasOwnNext(entry, next, ScheduleSearches.StepsOnTurn), null);
        if (!slot.Awake)
        {
            Push(slot, next);
        }

        return next;
    }

    /// <summary>Adds a stored run to the heap. An ended run is there too, until its result is in the history.</summary>
    public void ScheduleRun(StoredRun run) => Push(run.RunId.Value, run.WantedAt.UtcTicks);

    private void Push(TaskSlot slot, DateTimeOffset instant)
    {
        _searches.Remove(slot);
        if (slot.Entry is not { Fires: true } entry)
        {
            return;
        }

        var steps = Math.Min(_stepsOnTurn, ScheduleSearches.StepsOnTurn);
        var before = steps;
        if (entry.TryNextWake(instant, ref steps, out var next))
        {
            Push(slot, next);
            SayFault(entry);
        }
        else
        {
            SearchAsync(slot, entry, instant).Ignore();
        }

        _stepsOnTurn -= before - steps;
    }

    private void Push(TaskSlot slot, DateTimeOffset? next)
    {
        if (next is { } due)
        {
            slot.HeapDue = due.UtcTicks;
            Push((object)slot, due.UtcTicks);
        }
    }

    /// <summary>Searches for the next occurrence outside the partition's turn, because it takes long. Others continue meanwhile.</summary>
    private async Task SearchAsync(TaskSlot slot, TaskEntry entry, DateTimeOffset instant)
    {
        var search = new object();
        _searches[slot] = search;
        var next = await _silo.Searches.RunStoredAsync(() => entry.NextWake(instant));
        if (!_partition.IsLost && ReferenceEquals(_searches.GetValueOrDefault(slot), search))
        {
            // Nothing else was decided for the slot since then.
            _searches.Remove(slot);
            Push(slot, next);
            SayFault(entry);
        }
    }

    private void SayFault(TaskEntry entry)
    {
        if (entry.ScheduleFault is { } fault)
        {
            LogNotLookedAhead(_silo.Log, entry.Name, fault);
        }
    }

    private void Push(object item, long due)
    {
        _heap.Enqueue(item, due);
        if (due < _armedFor)
        {
            Arm();
        }
    }

    private void Arm()
    {
        DropVoid();
        if (!_partition.CanFire || !_heap.TryPeek(out _, out var due))
        {
            _armedFor = long.MaxValue;
            _timer.Stop();
            return;
        }

        _armedFor = due;
        _timer.Arm(new DateTimeOffset(Math.Max(due - WakePlan.Ahead.Ticks, 0), TimeSpan.Zero));
    }

    /// <summary>Takes due entries from the heap.</summary>
    private void TakeDue()
    {
        _armedFor = long.MaxValue;
        if (!_partition.CanFire)
        {
            return;
        }

        var until = (_silo.Time.GetUtcNow() + WakePlan.Ahead).UtcTicks;
        var due = new HashSet<string>(StringComparer.Ordinal);
        var once = new List<(string Task, long Due)>();
        while (_heap.TryPeek(out var item, out var at) && at <= until)
        {
            _heap.Dequeue();
            if (IsVoid(item, at))
            {
                continue;
            }

            if (item is not TaskSlot slot)
            {
                due.Add(_state.Runs[(Guid)item].RunId.Task);
                continue;
            }

            var entry = slot.Entry!;
            if (entry.OccursOnce)
            {
                slot.HeapDue = null;
                once.Add((entry.Name, at));
            }

            due.Add(entry.Name);
        }

        Arm();
        if (due.Count > 0)
        {
            WakeDueAsync(once, due).Ignore();
        }
    }

    private async Task WakeDueAsync(List<(string Task, long Due)> once, IReadOnlyCollection<string> due)
    {
        foreach (var (task, instant) in once)
        {
            if (_state.Slots.TryGetValue(task, out var slot) && slot.Entry is { Fires: true, OnceDone: false })
            {
                await _fireOnce(task, slot, new DateTimeOffset(instant, TimeSpan.Zero));
            }
        }

        await _calls.WakeAllAsync(due);
    }

    private void DropVoid()
    {
        while (_heap.TryPeek(out var item, out var due) && IsVoid(item, due))
        {
            _heap.Dequeue();
        }
    }

    private bool IsVoid(object item, long due) => item is TaskSlot slot
        ? slot.Entry is null || slot.HeapDue != due
        : !_state.Runs.TryGetValue((Guid)item, out var run) || IsHanded(run);

    private bool IsHanded(StoredRun run) => _state.Slots.TryGetValue(run.RunId.Task, out var slot)
        && slot.Owner == TaskSlot.Ownership.Attached && slot.Runs is not null && slot.Runs.TryGetValue(run.RunId.Value, out var handed)
        && handed;
}
