using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>A partition's heap of due times and its one timer; wakes task grains shortly before something of theirs is due.</summary>
internal sealed partial class PartitionWaker : IDisposable
{
    private const int WakesAtOnce = 256;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly SchedulerGrain _grain;
    private readonly PartitionState _state;
    private readonly TimeProvider _time;
    private readonly TimeProvider _pauses;
    private readonly IGrainFactory _grains;
    private readonly ILogger _log;
    private readonly IGrainTimer _timer;
    private readonly PriorityQueue<HeapItem, long> _heap = new();
    private long _armedFor = long.MaxValue;

    public PartitionWaker(SchedulerGrain grain, PartitionState state, TimeProvider time, TimeProvider pauses, IGrainFactory grains, ILogger log)
    {
        _grain = grain;
        _state = state;
        _time = time;
        _pauses = pauses;
        _grains = grains;
        _log = log;
        _timer = grain.RegisterGrainTimer(
            static (waker, _) => waker.OnTimerAsync(),
            this,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    /// <summary>The earliest instant in the heap; null if it is empty.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DropVoid();
            return _heap.TryPeek(out var item, out _) ? new DateTimeOffset(item.Due, TimeSpan.Zero) : null;
        }
    }

    public void Dispose() => _timer.Dispose();

    public void ScheduleAll()
    {
        _heap.Clear();
        foreach (var (name, slot) in _state.Slots)
        {
            Schedule(name, slot);
        }

        foreach (var run in _state.Runs.Values)
        {
            ScheduleRun(run);
        }

        Arm();
    }

    /// <summary>Puts a task's next occurrence into the heap, unless its grain looks after itself.</summary>
    public void Schedule(string task, TaskSlot slot) => ScheduleAfter(task, slot, _time.GetUtcNow());

    /// <summary>Puts a stored run into the heap. One that has ended is there too, until its result is in the history.</summary>
    public void ScheduleRun(StoredRun run) => Push(new HeapItem(run.RunId.Task, run.RunId.Value, run.DueAt.UtcTicks), run.DueAt.UtcTicks);

    /// <summary>Tells the grains of tasks, where they are active, that something about them has changed.</summary>
    public void WakeChanged(IEnumerable<string> tasks) => WakeAndWaitAsync([.. tasks]).Ignore();

    /// <summary>The same, and waits until they know, though not for a silo that does not answer.</summary>
    public async Task WakeAndWaitAsync(IReadOnlyList<string> tasks)
    {
        foreach (var chunk in tasks.Where(t => _state.Slots.TryGetValue(t, out var s) && s.Owner != TaskSlot.Ownership.None).Chunk(WakesAtOnce))
        {
            await Task.WhenAll(chunk.Select(TryWakeAsync));
        }
    }

    /// <summary>Wakes task grains wherever they can be activated, however often that has to be tried.</summary>
    public void WakeUntilAwake(IEnumerable<string> tasks) => WakeAllAsync([.. tasks.Select(t => KeyValuePair.Create(t, (long?)null))]).Ignore();

    private void ScheduleAfter(string task, TaskSlot slot, DateTimeOffset instant)
    {
        slot.HeapDue = null;
        if (slot.Awake || slot.Entry is not { Fires: true } entry || entry.NextAfter(instant) is not { } next)
        {
            return;
        }

        slot.HeapDue = next.UtcTicks;
        Push(new HeapItem(task, null, next.UtcTicks), next.UtcTicks);
    }

    private void Push(HeapItem item, long due)
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
        if (!_grain.CanFire || !_heap.TryPeek(out _, out var due))
        {
            _armedFor = long.MaxValue;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        _armedFor = due;
        TimerArming.Arm(_timer, new DateTimeOffset(due, TimeSpan.Zero) - WakePlan.Ahead, _time);
    }

    /// <summary>Takes what is due from the heap. Nothing is awaited here: a timer that is changed while it ticks counts from the tick's end.</summary>
    private Task OnTimerAsync()
    {
        _armedFor = long.MaxValue;
        if (!_grain.CanFire)
        {
            return Task.CompletedTask;
        }

        var until = (_time.GetUtcNow() + WakePlan.Ahead).UtcTicks;
        var due = new Dictionary<string, long?>(StringComparer.Ordinal);
        var once = new List<(string Task, long Due)>();
        while (_heap.TryPeek(out var item, out var at) && at <= until)
        {
            _heap.Dequeue();
            if (IsVoid(item))
            {
                continue;
            }

            if (item.Run is null && _state.Slots[item.Task].Entry!.Resolved is AtSchedule)
            {
                _state.Slots[item.Task].HeapDue = null;
                once.Add((item.Task, item.Due));
            }

            due[item.Task] = item.Run is null ? item.Due : due.GetValueOrDefault(item.Task);
        }

        Arm();
        if (due.Count > 0)
        {
            // In a turn of its own, when the timer is armed.
            Task.Factory.StartNew(() => WakeDueAsync(once, due), CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current).Unwrap().Ignore();
        }

        return Task.CompletedTask;
    }

    private async Task WakeDueAsync(List<(string Task, long Due)> once, Dictionary<string, long?> due)
    {
        foreach (var (task, instant) in once)
        {
            if (_state.Slots.TryGetValue(task, out var slot) && slot.Entry is { Fires: true, OnceDone: false })
            {
                await _grain.FireOnceAsync(task, slot, new DateTimeOffset(instant, TimeSpan.Zero));
            }
        }

        await WakeAllAsync([.. due]);
    }

    private async Task WakeAllAsync(IReadOnlyList<KeyValuePair<string, long?>> due)
    {
        foreach (var chunk in due.Chunk(WakesAtOnce))
        {
            // One that does not answer keeps the others of its chunk no longer than it takes to be tried once.
            await Task.WhenAny(Task.WhenAll(chunk.Select(d => WakeForAsync(d.Key, d.Value))), Task.Delay(Patience, _pauses));
        }
    }

    private async Task WakeForAsync(string task, long? occurrence)
    {
        while (!await TryWakeAsync(task))
        {
            await Task.Delay(RetryAfter, _pauses);
            if (!_grain.CanFire || !_state.Slots.ContainsKey(task))
            {
                return;
            }
        }

        // Unless it was changed in between: the grain looks after the next occurrences, or the heap does.
        if (occurrence is { } due && _state.Slots.TryGetValue(task, out var slot) && slot.HeapDue == due && slot.Entry is { } entry)
        {
            var instant = new DateTimeOffset(due, TimeSpan.Zero);
            slot.Awake = WakePlan.OwnNext(entry, instant) is not null;
            ScheduleAfter(task, slot, instant);
        }
    }

    private async Task<bool> TryWakeAsync(string task)
    {
        try
        {
            await _grains.GetGrain<ITaskEngine>(task).WakeAsync().WaitAsync(Patience, _pauses);
            return true;
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e) || e is TaskException)
        {
            LogNotWoken(_log, task, e.Message);
            return false;
        }
    }

    private void DropVoid()
    {
        while (_heap.TryPeek(out var item, out _) && IsVoid(item))
        {
            _heap.Dequeue();
        }
    }

    private bool IsVoid(HeapItem item) => item.Run switch
    {
        null => !_state.Slots.TryGetValue(item.Task, out var slot) || slot.Entry is null || slot.HeapDue != item.Due,
        { } id => !_state.Runs.TryGetValue(id, out var run) || IsHanded(run),
    };

    private bool IsHanded(StoredRun run) => _state.Slots.TryGetValue(run.RunId.Task, out var slot)
        && slot.Owner == TaskSlot.Ownership.Attached && slot.Runs is not null && slot.Runs.TryGetValue(run.RunId.Value, out var handed) && handed;

    [LoggerMessage(211, LogLevel.Debug, "The task grain of {Task} could not be woken and is tried again: {Reason}")]
    private static partial void LogNotWoken(ILogger logger, string task, string reason);

    /// <summary>What is due: an occurrence of a task, or a stored run of it.</summary>
    private readonly record struct HeapItem(string Task, Guid? Run, long Due);
}
