using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Storage;

namespace OrleansTasks;

/// <summary>One partition of the registry: keeps it in memory and in its log, and wakes task grains shortly before something is due.</summary>
[GrainType("orleans-tasks.scheduler"), Reentrant, CollectionAgeLimit(AlwaysActive = true)]
internal sealed partial class SchedulerGrain : Grain, ISchedulerGrain, IPartition
{
    private const int ListLimit = 1000;
    private const int BriefingLimit = 1000;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);
    private readonly PartitionState _state = new();
    private readonly IGrainStorage _storage;
    private readonly ClusterView _cluster;
    private readonly TasksOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeProvider _pauses;
    private readonly ILogger<SchedulerGrain> _log;
    private PartitionLog _journal = null!;
    private PartitionWaker _waker = null!;
    private IDisposable? _listening;
    private long _epochs;
    private bool _lost;

    public SchedulerGrain(
        [FromKeyedServices(TaskStorage.Name)] IGrainStorage storage,
        ClusterView cluster,
        IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
        ILogger<SchedulerGrain> log)
    {
        _storage = storage;
        _cluster = cluster;
        _options = options.Value;
        _time = time;
        _pauses = pauses;
        _log = log;
    }

    private int Partition => (int)this.GetPrimaryKeyLong();

    private DateTimeOffset Now => _time.GetUtcNow();

    private bool Started => _state.Header!.Started;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _journal = await PartitionLog.OpenAsync(_storage, $"p{Partition}", _state, new PartitionLogOptions { AcceptLostRecords = _options.StorageMayForget }, _pauses, _log);
        _state.Load(_journal.TakeItems());
        _epochs = Now.UtcTicks;
        var fromNothing = BeginIncarnation();
        foreach (var slot in _state.Slots.Values)
        {
            slot.Owner = fromNothing ? TaskSlot.Ownership.None : TaskSlot.Ownership.Unknown;
        }

        await CommitAsync();
        DeactivateWhenLostAsync().Ignore();
        _waker = new PartitionWaker(this, _state, _time, _pauses, GrainFactory, _log);
        _waker.ScheduleAll();
        var scheduler = TaskScheduler.Current;
        _listening = _cluster.Listen(() => Task.Factory.StartNew(OnClusterChangedAsync, CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap().Ignore());
        this.RegisterGrainTimer(static (grain, _) => grain.SweepAsync(), this, new GrainTimerCreationOptions(SweepPeriod, SweepPeriod) { Interleave = true });
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _lost = true;
        _listening?.Dispose();
        _waker?.Dispose();
        return _journal is null ? Task.CompletedTask : _journal.CloseAsync().WaitAsync(cancellationToken);
    }

    public Task<PartitionInfo> DescribeAsync() => Task.FromResult(new PartitionInfo
    {
        Partition = Partition,
        PartitionCount = _state.Header!.Partitions,
        Silo = _cluster.Local.ToString(),
        Started = Started,
        Tasks = _state.TaskCount,
        PendingRuns = _state.PendingRuns,
        NextDue = Started ? _waker.NextDue : null,
    });

    public Task<PartitionIdentity> EnsureAsync() => Task.FromResult(new PartitionIdentity(_state.Header!.Id, _state.Header.Partitions));

    public Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query)
    {
        var now = Now;
        var tasks = _state.Listed(query.After, query.Prefix)
            .Select(e => Info(e, now))
            .Where(query.Matches)
            .Take(Math.Clamp(query.Limit ?? ListLimit, 0, ListLimit));
        return Task.FromResult<IReadOnlyList<TaskInfo>>([.. tasks]);
    }

    public async Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null)
    {
        var old = _state.Slots.GetValueOrDefault(registration.Name)?.Entry;
        Registrations.Check(registration, old, expectedRevision, _cluster, _options, _state.TaskCount);
        _journal.EnsureRoom(1, registration.Arguments?.Size ?? 0);
        var entry = Registrations.Apply(registration, old, Now);
        await PutAsync(entry);
        return new RegistrationReply(Info(entry, Now), old is null or { State: TaskState.Cancelled });
    }

    public async Task DefineAsync(IReadOnlyList<TaskDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            if (Registrations.Define(definition, _state.Slots.GetValueOrDefault(definition.Name)?.Entry, Now) is { } entry)
            {
                Put(entry);
            }
        }

        await CommitAsync();
        _waker.WakeChanged(definitions.Select(d => d.Name));
    }

    public Task StartAsync() => SetStartedAsync(true);

    public Task StopAsync() => SetStartedAsync(false);

    public async Task ClearAsync()
    {
        var affected = _state.Slots.Where(s => s.Value.Owner != TaskSlot.Ownership.None).Select(s => s.Key).ToList();
        _state.Clear();
        await CommitAsync();
        await _waker.WakeAndWaitAsync(affected);
    }

    public async Task<Briefing> AttachAsync(string task, Guid activation, SiloAddress silo)
    {
        var slot = _state.Slot(task);
        var mayHaveOrphans = false;
        if (slot.Owner != TaskSlot.Ownership.Attached || slot.Activation != activation)
        {
            mayHaveOrphans = slot.Owner != TaskSlot.Ownership.None;
            TakeBack(slot, mayHaveOrphans);
            (slot.Owner, slot.Activation, slot.Silo, slot.Epoch) = (TaskSlot.Ownership.Attached, activation, silo, ++_epochs);
        }

        var runs = TakeDueRuns(slot);
        await CommitAsync();
        var now = Now;
        return new Briefing
        {
            Entry = slot.Entry,
            Started = Started,
            Epoch = slot.Epoch,
            Sequence = slot.Sequence,
            PlannedFrom = slot.HeapDue is { } due && due <= now.UtcTicks + WakePlan.Ahead.Ticks ? new DateTimeOffset(due - 1, TimeSpan.Zero) : now,
            MayHaveOrphans = mayHaveOrphans,
            Runs = runs,
            HasMore = runs.Count == BriefingLimit,
        };
    }

    public async Task DetachAsync(string task, long epoch, long sequence)
    {
        var slot = Owned(task, epoch);
        _state.SetSequence(task, sequence);
        slot.Owner = TaskSlot.Ownership.None;
        slot.Awake = false;
        TakeBack(slot, mayHaveStarted: false);
        _waker.Schedule(task, slot);
        await CommitAsync();
    }

    public async Task<TaskEntry> SetStateAsync(string task, long epoch, TaskState state, string? note)
    {
        var slot = Owned(task, epoch);
        var entry = slot.Entry ?? throw new TaskNotFoundException(task);
        entry = entry with { State = state, PauseNote = state == TaskState.Paused ? note : null, UpdatedAt = Now, Revision = entry.Revision + 1 };
        Put(entry);
        await CommitAsync();
        return entry;
    }

    public async Task<StoredRun> AddRunAsync(long epoch, StoredRun run)
    {
        var slot = Owned(run.RunId.Task, epoch);
        if (_state.Runs.TryGetValue(run.RunId.Value, out var known)
            || (run.IdempotencyKey is { } key && _state.FindByKey(run.RunId.Task, key, Now) is { } earlier && FindOrName(run.RunId.Task, earlier, out known)))
        {
            await CommitAsync();
            return known!;
        }

        if (_state.PendingRuns >= _options.Limits.MaxPendingRunsPerPartition)
        {
            throw new TasksOverloadedException(
                run.RunId.Task, $"Partition {Partition} holds {_state.PendingRuns} runs that have not ended, which is its limit.", TimeSpan.FromSeconds(5));
        }

        _journal.EnsureRoom(2, run.Arguments?.Size ?? 0);
        _state.SetRun(run);
        slot.Runs![run.RunId.Value] = run.DueAt <= Now;
        if (run.IdempotencyKey is { } newKey)
        {
            _state.SetKey(run.RunId.Task, newKey, run.RunId.Value, null);
        }

        _waker.ScheduleRun(run);
        await CommitAsync();
        return run;
    }

    public Task MarkStartedAsync(RunId run, long epoch, int attempt)
    {
        Owned(run.Task, epoch);
        if (_state.Runs.TryGetValue(run.Value, out var stored))
        {
            _state.SetRun(stored with { Attempts = attempt });
        }

        return CommitAsync();
    }

    public Task FinishAsync(string task, long epoch, IReadOnlyList<TaskResult> results)
    {
        Owned(task, epoch);
        foreach (var result in results)
        {
            if (!_state.Runs.TryGetValue(result.RunId.Value, out var run) || run.Result is not null)
            {
                continue;
            }

            _state.SetRun(run with { Result = result, Arguments = null });
            if (run.IdempotencyKey is { } key)
            {
                _state.SetKey(task, key, run.RunId.Value, Now + _options.Limits.IdempotencyRetention);
            }
        }

        return CommitAsync();
    }

    public async Task<StoredRun?> FindRunAsync(RunId run)
    {
        await CommitAsync();
        return _state.Runs.GetValueOrDefault(run.Value);
    }

    public async Task<IReadOnlyList<StoredRun>> TakeRunsAsync(string task, long epoch, Guid? only)
    {
        var slot = Owned(task, epoch);
        await CommitAsync();
        var taken = (slot.Runs ?? []).Keys.Where(id => only is null || id == only).Select(id => _state.Runs[id]).Where(r => r.Result is null).Take(BriefingLimit).ToList();
        foreach (var run in taken)
        {
            slot.Runs![run.RunId.Value] = true;
        }

        return taken;
    }

    public async Task<IReadOnlyList<StoredRun>> RunsOfAsync(string task, int limit)
    {
        await CommitAsync();
        return [.. (_state.Slots.GetValueOrDefault(task)?.Runs?.Keys.Select(id => _state.Runs[id]).Where(r => r.Result is null).OrderBy(r => r.DueAt).Take(limit) ?? [])];
    }

    public Task ReleaseAsync(IReadOnlyList<Guid> runs)
    {
        foreach (var run in runs)
        {
            _state.RemoveRun(run);
        }

        return CommitAsync();
    }

    public Task ReserveAsync(string task, long epoch, long through)
    {
        Owned(task, epoch);
        _state.SetSequence(task, Math.Max(through, _state.Slot(task).Sequence));
        return CommitAsync();
    }

    /// <summary>Makes the one occurrence of a schedule that has just one into a stored run.</summary>
    internal async Task FireOnceAsync(string task, TaskSlot slot, DateTimeOffset due)
    {
        var entry = slot.Entry!;
        Put(entry with { OnceDone = true, State = TaskState.Completed });
        var run = new StoredRun
        {
            RunId = RunId.New(task, _time),
            DueAt = due,
            Trigger = RunTrigger.Schedule,
            Guarantee = entry.EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce,
            Timeout = entry.EffectiveOptions.Timeout,
        };
        _state.SetRun(run);
        await CommitAsync();
    }

    internal bool CanFire => Started && !_lost;

    private TaskInfo Info(TaskEntry entry, DateTimeOffset now) => entry.ToInfo(_cluster.SilosWith(entry.Handler).Length > 0, now, Started);

    private bool FindOrName(string task, Guid id, out StoredRun? run)
    {
        run = _state.Runs.GetValueOrDefault(id) ?? new StoredRun { RunId = new RunId(task, id) };
        return true;
    }

    /// <summary>The slot of a task whose grain calls; older attachments are refused.</summary>
    private TaskSlot Owned(string task, long epoch)
    {
        var slot = _state.Slot(task);
        return slot.Owner == TaskSlot.Ownership.Attached && slot.Epoch == epoch ? slot : throw new StaleTaskException(task);
    }

    /// <summary>Has the runs that were handed to an earlier owner handed out again; it may have started them.</summary>
    private void TakeBack(TaskSlot slot, bool mayHaveStarted)
    {
        // A partition that was just loaded does not know what its earlier activation handed out.
        var forgotten = slot.Owner == TaskSlot.Ownership.Unknown;
        foreach (var id in slot.Runs?.Where(r => r.Value || (forgotten && _state.Runs[r.Key].DueAt <= Now)).Select(r => r.Key).ToList() ?? [])
        {
            slot.Runs![id] = false;
            if (mayHaveStarted)
            {
                _state.CountAttempt(id);
            }
        }
    }

    private List<StoredRun> TakeDueRuns(TaskSlot slot)
    {
        if (slot.Runs is not { Count: > 0 } all || !Started)
        {
            return [];
        }

        var horizon = Now + WakePlan.AwakeWithin;
        var due = all.Where(r => !r.Value).Select(r => _state.Runs[r.Key]).Where(r => r.DueAt <= horizon).OrderBy(r => r.DueAt).Take(BriefingLimit).ToList();
        foreach (var run in due)
        {
            all[run.RunId.Value] = true;
        }

        return due;
    }

    private async Task PutAsync(TaskEntry entry)
    {
        Put(entry);
        await CommitAsync();
        await _waker.WakeAndWaitAsync([entry.Name]);
    }

    private void Put(TaskEntry entry)
    {
        var slot = _state.SetTask(entry);
        slot.Awake = false;
        _waker?.Schedule(entry.Name, slot);
    }

    private async Task SetStartedAsync(bool started)
    {
        if (Started != started)
        {
            _state.SetHeader(_state.Header! with { Started = started });
            await CommitAsync();
            LogStarted(_log, Partition, started ? "started" : "stopped");
        }

        _waker.ScheduleAll();
        await _waker.WakeAndWaitAsync([.. _state.Slots.Where(s => s.Value.Owner != TaskSlot.Ownership.None).Select(s => s.Key)]);
    }

    /// <summary>Finds out whether the cluster has come up from nothing, and starts what starts with it.</summary>
    private bool BeginIncarnation()
    {
        var alive = _cluster.Alive.Select(s => s.ToString()).Order(StringComparer.Ordinal).ToList();
        var fromNothing = _state.Header is null || !_state.Header.Silos.Intersect(alive).Any();
        var header = _state.Header ?? new PartitionHeader { Id = Guid.NewGuid(), Partitions = _options.Partitions };
        _state.SetHeader(header with { Silos = alive, Started = fromNothing ? _options.AutoStart : header.Started });
        if (fromNothing)
        {
            foreach (var entry in _state.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>().Where(e => e.EachClusterStart && e.State != TaskState.Cancelled).ToList())
            {
                _state.SetTask(entry with { Anchor = Now, OnceDone = false, State = TaskState.Active });
            }
        }

        return fromNothing;
    }

    private async Task OnClusterChangedAsync()
    {
        var alive = _cluster.Alive.Select(s => s.ToString()).Order(StringComparer.Ordinal).ToList();
        if (!alive.SequenceEqual(_state.Header!.Silos))
        {
            _state.SetHeader(_state.Header with { Silos = alive });
        }

        var orphaned = _state.Slots.Where(s => s.Value is { Owner: TaskSlot.Ownership.Attached, Silo: { } silo } && _cluster.IsLeaving(silo)).ToList();
        foreach (var (name, slot) in orphaned)
        {
            slot.Owner = TaskSlot.Ownership.Unknown;
            slot.Awake = false;
            _waker.Schedule(name, slot);
        }

        await CommitAsync();
        _waker.WakeUntilAwake(orphaned.Where(s => s.Value.Runs is { Count: > 0 } || s.Value.Entry is { Fires: true }).Select(s => s.Key));
    }

    private Task SweepAsync()
    {
        _state.Sweep(Now, _options.Limits.CancelledTaskRetention);

        // A silo may have been declared dead after the news of it were looked at and before a grain on it attached.
        return OnClusterChangedAsync();
    }

    /// <summary>Stores all changes made so far; nothing may be acknowledged before.</summary>
    private async Task CommitAsync()
    {
        if (_lost)
        {
            throw Moved();
        }

        try
        {
            await _journal.CommitAsync(_state.TakeChanges());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            GiveUp(e);
            throw Moved();
        }
    }

    private async Task DeactivateWhenLostAsync() => GiveUp(await _journal.Lost);

    /// <summary>What is in memory is no longer what is stored: whoever takes over reads that anew.</summary>
    private void GiveUp(Exception e)
    {
        if (!_lost)
        {
            _lost = true;
            LogLost(_log, e.Message, Partition);
            DeactivateOnIdle();
        }
    }

    private PartitionMovedException Moved() => new($"Partition {Partition} is being taken over, or its storage does not answer.");

    [LoggerMessage(201, LogLevel.Information, "Partition {Partition} is {State}.")]
    private static partial void LogStarted(ILogger logger, int partition, string state);

    [LoggerMessage(202, LogLevel.Warning, "Partition {Partition} is given up here, and is read anew where it becomes active next: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason, int partition);
}
