using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Storage;

namespace OrleansTasks;

/// <summary>
/// One partition of the registry: keeps it in memory and in its log, and wakes task grains shortly before something is due. An activation that has
/// much to read is there at once, and lets its callers wait.
/// </summary>
[GrainType("orleans-tasks.scheduler"), Reentrant, CollectionAgeLimit(AlwaysActive = true)]
internal sealed partial class SchedulerGrain : Grain, ISchedulerGrain, IPartition, IPartitionPages, IIncomingGrainCallFilter
{
    private const int BriefingLimit = 1000;

    // A partition that cannot be opened until somebody does something is not tried all the time.
    private static readonly TimeSpan PermanentPause = TimeSpan.FromSeconds(15);
    private readonly PartitionState _state = new();
    private readonly IGrainStorage _storage;
    private readonly ClusterView _cluster;
    private readonly LocalGrains _locals;
    private readonly LoadingRoom _loading;
    private readonly ScheduleSearches _searches;
    private readonly EventPublisher _events;
    private readonly PartitionHolders _holders;
    private readonly PartitionRegistry _registry;
    private readonly TasksOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeProvider _pauses;
    private readonly ILogger<SchedulerGrain> _log;
    private PartitionLog _journal = null!;
    private PartitionWaker _waker = null!;
    private IDisposable? _listening;
    private TaskScheduler? _scheduler;
    private SetAside _setAside = null!;
    private Task _opening = Task.CompletedTask;
    private long _epochs;
    private bool _lost;
    private volatile bool _closing;

    public SchedulerGrain(
        [FromKeyedServices(TaskStorage.Name)] IGrainStorage storage,
        ClusterView cluster,
        LocalGrains locals,
        LoadingRoom loading,
        ScheduleSearches searches,
        EventPublisher events,
        PartitionHolders holders,
        PartitionRegistry registry,
        IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
        ILogger<SchedulerGrain> log)
    {
        _storage = storage;
        _cluster = cluster;
        _locals = locals;
        _loading = loading;
        _searches = searches;
        _events = events;
        _holders = holders;
        _registry = registry;
        _options = options.Value;
        _time = time;
        _pauses = pauses;
        _log = log;
    }

    private int Partition => (int)this.GetPrimaryKeyLong();

    private DateTimeOffset Now => _time.GetUtcNow();

    private bool Started => _state.Header!.Started;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (this.GetPrimaryKeyLong() is var key && (key < 0 || key >= _options.Partitions))
        {
            throw new InvalidTaskException(null, [$"There is no partition {key}; they are numbered from 0 to {_options.Partitions - 1}."]);
        }

        // Not waited for: Orleans gives an activation 30 seconds, and a million tasks may take longer.
        _opening = OpenAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var closes = _journal is { Failure: null };
        if (closes)
        {
            _locals.Closing(GrainContext.GrainId);
        }

        _lost = true;
        _locals.Remove(GrainContext);
        try
        {
            await CloseAsync(cancellationToken);
        }
        finally
        {
            if (closes)
            {
                _locals.Closed(GrainContext.GrainId);
            }
        }
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _listening?.Dispose();
        _waker?.Dispose();
        if (_journal is not null)
        {
            await _journal.CloseAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets every call wait until the partition was read.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        return _opening.IsCompletedSuccessfully ? context.Invoke() : InvokeLaterAsync();

        async Task InvokeLaterAsync()
        {
            try
            {
                await _opening;
            }
            catch (PartitionFencedException)
            {
                // Others opened it at the same time, as when several silos start at once: one of the next activations stays.
                throw Moved();
            }

            await context.Invoke();
        }
    }

    private async Task OpenAsync()
    {
        try
        {
            LogOpens(_log, Partition);
            _state.Requests.Capacity = _options.Limits.MaxRememberedRequests;
            _state.Requests.MaxAge = (int)Math.Ceiling(_options.Limits.RequestRetention / SweepPeriod);
            var options = new PartitionLogOptions
            {
                AcceptLostRecords = _options.StorageMayForget,
                AcceptedLosses = _options.AcceptedLosses.ToHashSet(StringComparer.Ordinal),
                HasExisted = () => _registry.HasAsync(Partition),
                Notify = notice => Tell(notice.Kind, notice.Text),
                Silo = _cluster.Local.ToParsableString(),
                MayTakeFrom = holder => _holders.MayTakeAsync(Partition, SiloAddress.FromParsableString(holder)),
            };
            _journal = await PartitionLog.OpenAsync(_storage, $"p{Partition}", _state, options, _pauses, _log);
            var items = _journal.TakeItems();
            await _loading.RunAsync(() => _state.Load(items));
            TellOfItemsSetAside();
            await CheckHeaderAsync(options, items.Count);
            await BeginAsync();
        }
        catch (Exception e)
        {
            // Whoever waits is told, and the next call finds another activation; after an error that stays, not before some time has passed.
            GiveUp(e, StorageErrors.IsPermanent(e) ? PermanentPause : TimeSpan.Zero);
            throw;
        }
    }

    private async Task BeginAsync()
    {
        _epochs = Random.Shared.NextInt64(long.MaxValue / 2);
        _setAside = new SetAside(_state, _options.ClockTolerance, _options.Limits.BatchRetention);
        var healed = _setAside.HealAll(Now);
        var fromNothing = BeginIncarnation();
        foreach (var slot in _state.Slots.Values)
        {
            slot.Owner = fromNothing ? TaskSlot.Ownership.None : TaskSlot.Ownership.Unknown;
        }

        await CommitAsync();
        _scheduler = TaskScheduler.Current;
        TellHealed(healed);
        if (fromNothing && LossMarks.Describe(_state.Runs.Values) is { } underWay)
        {
            LogWasDoing(_log, Partition, underWay);
        }

        _locals.Add(GrainContext);
        DeactivateWhenLostAsync().Ignore();
        _waker = new PartitionWaker(this, _state, _time, _pauses, GrainFactory, _searches, _log);
        _waker.ScheduleAll();
        _waker.WakeUntilAwake(_state.Slots.Where(s => s.Value is { Entry.OccurrenceGuarantee: RunGuarantee.AtMostOnce, Position.IsUnsettled: true }).Select(s => s.Key));
        _listening = _cluster.Listen(() => Post(OnClusterChangedAsync));
        _resuming = LookAfterBatchesAsync();
        EndCalledOff();
        WatchStorageAsync().Ignore();
        this.RegisterGrainTimer(static (grain, _) => grain.SweepAsync(), this, new GrainTimerCreationOptions(SweepPeriod, SweepPeriod) { Interleave = true });
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

    public Task<PartitionIdentity> EnsureAsync() => Task.FromResult(new PartitionIdentity(_state.Header!.Id, _state.Header.Partitions, _state.Calendars.Revision));

    public async Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null, Guid request = default, CancellationToken ct = default)
    {
        if (registration is null)
        {
            throw new InvalidTaskException(null, ["The registration is missing."]);
        }

        TaskNames.Check(registration.Name);
        if (PartitionMap.PartitionOf(registration.Name, _options.Partitions) is var partition && partition != Partition)
        {
            throw new InvalidTaskException(registration.Name, [$"The task belongs to partition {partition}, and was given to partition {Partition}."]);
        }

        if (_state.Requests.Find(request) is { } answer)
        {
            return await RegisteredAsync(registration, answer);
        }

        await CheckScheduleAsync(registration, ct);
        var old = _state.Slots.GetValueOrDefault(registration.Name)?.Entry;
        if (_state.Requests.Find(request) is { } wasNew)
        {
            return await RegisteredAsync(registration, wasNew);
        }

        Registrations.Check(registration, old, expectedRevision, _cluster, _options, _state);
        if (Registrations.IsSame(registration, old, Now))
        {
            await CommitAsync();
            return new RegistrationReply(Info(old!, Now), false);
        }

        _journal.EnsureRoom(1, registration.Arguments?.Size ?? 0);
        var entry = Registrations.Apply(registration, old, Now) with { Generation = _state.GenerationOf(registration.Name) };
        var isNew = old is null or { State: TaskState.Cancelled };
        _state.Requests.Add(request, isNew, Now);
        if (old is not null)
        {
            entry = entry.With(new TaskChange { At = Now, Kind = isNew ? TaskEventKind.TaskRegistered : TaskEventKind.TaskChanged, By = TaskActor.Current, Note = Registrations.Differences(old, entry) });
        }

        await PutAsync(entry);
        Tell(entry, isNew ? TaskEventKind.TaskRegistered : TaskEventKind.TaskChanged);
        return new RegistrationReply(Info(entry, Now), isNew);
    }

    /// <summary>Refuses a schedule that is not valid here. Where finding out takes long, others are served meanwhile.</summary>
    private async Task CheckScheduleAsync(TaskRegistration registration, CancellationToken ct)
    {
        IReadOnlyList<string> faults;
        CalendarSet calendars;
        do
        {
            if (Equals(registration.Schedule, _state.Slots.GetValueOrDefault(registration.Name)?.Entry?.Schedule))
            {
                // It was looked at when it was registered.
                return;
            }

            calendars = _state.Calendars;
            var now = Now;
            faults = Registrations.TryScheduleFaults(registration, calendars, now)
                ?? await SearchAsync(registration.Name, () => Registrations.ScheduleFaults(registration, calendars, now), ct);
        }
        while (!ReferenceEquals(calendars, _state.Calendars));

        if (faults.Count > 0)
        {
            throw new InvalidTaskException(registration.Name, [.. faults, .. registration.FaultsBesidesSchedule()]);
        }
    }

    /// <summary>Looks ahead in schedules away from the partition's turn.</summary>
    private async Task<T> SearchAsync<T>(string task, Func<T> search, CancellationToken ct)
    {
        try
        {
            return await _searches.AskAsync(search, ct);
        }
        catch (ScheduleTooExpensiveException e)
        {
            throw new ScheduleTooExpensiveException(task, e.Reason);
        }
    }

    /// <summary>The answer to a registration that was acted upon before.</summary>
    private async Task<RegistrationReply> RegisteredAsync(TaskRegistration registration, bool wasNew)
    {
        await CommitAsync();
        return new RegistrationReply(Info(_state.Slots.GetValueOrDefault(registration.Name)?.Entry ?? Registrations.Apply(registration, null, Now), Now), wasNew);
    }

    public async Task DefineAsync(IReadOnlyList<TaskDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            var old = _state.Slots.GetValueOrDefault(definition.Name)?.Entry;
            if (Registrations.Define(definition, old, Now) is { } entry)
            {
                var defined = entry with { Generation = _state.GenerationOf(entry.Name) };
                Put(old is null ? defined : defined.With(new TaskChange { At = Now, Kind = TaskEventKind.TaskChanged, By = "code", Note = Registrations.Differences(old, defined) }));
            }
        }

        await CommitAsync();
        _waker.WakeChanged(definitions.Select(d => d.Name));
    }

    public Task StartAsync(Guid request = default) => SetStartedAsync(true, request);

    public Task StopAsync(Guid request = default) => SetStartedAsync(false, request);

    public async Task ClearAsync(Guid request = default)
    {
        if (_state.Requests.Find(request) is not null)
        {
            // What was registered since then stays.
            await CommitAsync();
            return;
        }

        var affected = _state.Slots.Where(s => s.Value.Owner != TaskSlot.Ownership.None).Select(s => s.Key).ToList();
        _state.Clear(request, Now);
        foreach (var batch in _state.Batches.Keys.ToList())
        {
            _state.SetBatch(batch, Cleared);
        }

        await CommitAsync();
        await _waker.WakeAndWaitAsync(affected);
    }

    /// <summary>Makes the one occurrence of a schedule that has just one into a stored run.</summary>
    internal async Task FireOnceAsync(string task, TaskSlot slot, DateTimeOffset due)
    {
        var entry = slot.Entry!;
        Put(entry with { OnceDone = true, State = TaskState.Completed });
        _state.SetRun(RunForms.ToStored(RunFactory.OnlyOccurrence(entry, RunId.New(task, _time), due), due));
        await CommitAsync();
    }

    internal bool CanFire => Started && !_lost && !_closing;

    internal bool IsLost => _lost || _closing;

    /// <summary>Has tasks woken no more; for a silo that is about to hand them over and has nobody to.</summary>
    internal void StopWaking() => _closing = true;

    private void Tell(TaskEntry entry, TaskEventKind kind)
    {
        if (_events.IsWanted())
        {
            var change = entry.Changes?[^1];
            _events.Publish(new TaskEvent { Task = entry.Name, Kind = kind, At = entry.UpdatedAt, By = change is null ? TaskActor.Current : change.By, Note = change?.Note, Until = entry.PausedUntil });
        }
    }

    private TaskInfo Info(TaskEntry entry, DateTimeOffset now)
    {
        var steps = ScheduleSearches.StepsOnTurn;
        return entry.ToInfo(_cluster.SilosWith(entry.Handler).Length > 0, now, Started, _state.Slot(entry.Name).Position.Done, ref steps);
    }

    private void Post(Func<Task> action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _scheduler!).Unwrap().Ignore();

    private async Task PutAsync(TaskEntry entry)
    {
        Put(entry);
        await CommitAsync();
        await _waker.WakeAndWaitAsync([entry.Name]);
    }

    private void Put(TaskEntry entry, DateTimeOffset? after = null)
    {
        var slot = _state.SetTask(entry);
        _waker?.ScheduleAfter(slot, after ?? Now);
    }

    private async Task SetStartedAsync(bool started, Guid request)
    {
        if (_state.Requests.Find(request) is not null)
        {
            await CommitAsync();
            return;
        }

        _state.Requests.Add(request, true, Now);
        if (Started == started)
        {
            await CommitAsync();
        }
        else
        {
            _state.SetHeader(_state.Header! with { Started = started, StartedAt = started ? Now : _state.Header.StartedAt, StoppedAt = started ? _state.Header.StoppedAt : Now });
            await CommitAsync();
            LogStarted(_log, Partition, started ? "started" : "stopped");
        }

        _waker.ScheduleAll();
        await _waker.WakeAndWaitAsync([.. _state.Slots.Where(s => s.Value.Owner != TaskSlot.Ownership.None).Select(s => s.Key)]);
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
    private void GiveUp(Exception e, TimeSpan pause = default)
    {
        if (_lost)
        {
            return;
        }

        _lost = true;
        if (pause == TimeSpan.Zero)
        {
            LogLost(_log, e.Message, Partition);
            DeactivateOnIdle();
        }
        else
        {
            LogCannotOpen(_log, Partition, e.Message, pause);
            DeactivateLaterAsync(pause).Ignore();
        }
    }

    private async Task DeactivateLaterAsync(TimeSpan pause)
    {
        await Task.Delay(pause, _pauses);
        DeactivateOnIdle();
    }

    private PartitionMovedException Moved() => new($"Partition {Partition} is being taken over, or its storage does not answer.");

    [LoggerMessage(201, LogLevel.Information, "Partition {Partition} is {State}.")]
    private static partial void LogStarted(ILogger logger, int partition, string state);

    [LoggerMessage(209, LogLevel.Warning, "The last silo that had partition {Partition} was lost while these runs were under way or about to begin: {Runs}. Runs that lose their silo again and again end as Lost (TaskOptions.MaxLosses).")]
    private static partial void LogWasDoing(ILogger logger, int partition, string runs);
    [LoggerMessage(207, LogLevel.Error, "Partition {Partition} cannot be opened, and somebody must do something about it; it is tried again after {Pause}. {Reason}")]
    private static partial void LogCannotOpen(ILogger logger, int partition, string reason, TimeSpan pause);

    [LoggerMessage(203, LogLevel.Debug, "Partition {Partition} is being opened here.")]
    private static partial void LogOpens(ILogger logger, int partition);

    [LoggerMessage(202, LogLevel.Warning, "Partition {Partition} is given up here, and is read anew where it becomes active next: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason, int partition);
}
