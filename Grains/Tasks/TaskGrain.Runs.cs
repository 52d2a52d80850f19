using System.Collections.Concurrent;

namespace OrleansTasks;

/// <content>Accepting runs: from callers who wait, from dispatches, and from the partition.</content>
internal sealed partial class TaskGrain
{
    // Larger arguments are looked at away from the grain's turn.
    private const int LargeArguments = 16 << 10;
    private readonly Dictionary<Guid, ActiveRun> _runs = [];
    private readonly WaitingRuns _waiting = new();
    private readonly ConcurrentQueue<(RunningRun Run, RunOutcome Outcome)> _endedHere = new();
    private int _takingEnded;
    private IDisposable? _listening;

    public async Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new RunRequest { Id = RunId.NewValue(Now), Arguments = arguments, Options = options };
        using var cancellation = cancellationToken.Register(() => Post(() => CancelRunAsync(new RunId(_name, request.Id))));
        var result = await BeginRunAsync(request);
        while (result is null)
        {
            if (_leaving)
            {
                // This call cannot wait for the next activation: it would keep this one from leaving.
                throw new TimeoutException($"The task '{_name}' moves to another silo while {new RunId(_name, request.Id)} goes on; {nameof(WaitAsync)} waits for it.");
            }

            result = await WaitAsync(new RunId(_name, request.Id));
        }

        return result.Status == RunStatus.TimedOut && options?.Timeout is { } timeout ? throw new TaskTimeoutException(result.RunId, timeout) : result;
    }

    public ValueTask<TaskResult?> BeginRunAsync(RunRequest request)
    {
        CheckId(request?.Id);
        _isAsked = true;

        // For most, what is needed is known: nothing but the run's end is waited for.
        return new ValueTask<TaskResult?>(_briefed && _entry is not null && !request!.Repeated ? CheckAndBegin(request) : LookAndBeginAsync(request!));
    }

    private async Task<TaskResult?> LookAndBeginAsync(RunRequest request)
    {
        await EnsureAttachedAsync();
        if (request.Repeated && !_runs.ContainsKey(request.Id))
        {
            CheckOptions(request);
            if (await FindEndedAsync(request, RunFactory.GuaranteeOf(_entry, request)) is { } ended)
            {
                return ended.WithoutArguments();
            }
        }

        return await CheckAndBegin(request);
    }

    private Task<TaskResult?> CheckAndBegin(RunRequest request)
    {
        if (_runs.TryGetValue(request.Id, out var known))
        {
            return WaitForAsync(known);
        }

        CheckOptions(request);
        CheckCanRun();
        var check = CheckArgumentsAsync(request.Arguments);
        return check.IsCompletedSuccessfully ? Begin(request) : BeginWhenCheckedAsync(check, request);
    }

    private async Task<TaskResult?> BeginWhenCheckedAsync(ValueTask check, RunRequest request)
    {
        await check;

        // The same request may have come again meanwhile, and the task have been cancelled.
        if (!_runs.ContainsKey(request.Id))
        {
            CheckCanRun();
        }

        return await (_runs.TryGetValue(request.Id, out var known) ? WaitForAsync(known) : Begin(request));
    }

    private void CheckOptions(RunRequest request)
    {
        if (request.Options?.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(_name, faults);
        }
    }

    private Task<TaskResult?> Begin(RunRequest request)
    {
        var run = new ActiveRun
        {
            Facts = RunFactory.Request(_entry!, request, Now, TaskActor.Current),
            Attempt = request.Repeated ? 1 : 0,
            Losses = request.Losses,
        };
        if (_waiting.Count >= _options.Limits.MaxWaitingRunsPerTask)
        {
            throw Overloaded();
        }

        if (_leaving)
        {
            throw Moved();
        }

        var result = WaitForAsync(run);
        if (run.Losses == 0)
        {
            Begin(run);
        }
        else
        {
            // The caller has seen its silos go.
            _runs[run.RunId.Value] = run;
            run.Losses--;
            LoseAttempt(run);
        }

        return result;
    }

    public async Task<TaskResult?> WaitAsync(RunId run)
    {
        await EnsureAttachedAsync();
        if (run.Task != _name)
        {
            throw new RunNotFoundException(run);
        }

        if (_runs.TryGetValue(run.Value, out var active))
        {
            return await WaitForAsync(active);
        }

        if (await FindResultAsync(run.Value) is { } result)
        {
            return result.WithoutArguments();
        }

        var stored = await UnlessLeaving(_partition.FindRunAsync(run));

        // It may have become due, and even have ended, while the partition was asked.
        if (_runs.TryGetValue(run.Value, out active))
        {
            return await WaitForAsync(active);
        }

        if (_history.Find(run.Value) is { } ended)
        {
            return ended.WithoutArguments();
        }

        // The partition knows runs by their numbers, and has those of other tasks too.
        if (stored is null || stored.RunId != run)
        {
            throw new RunNotFoundException(run);
        }

        if (stored.Result is not null)
        {
            return stored.Result.WithoutArguments();
        }

        // A run that is stored and not due yet is waited for here; the caller asks again and again meanwhile.
        KeepHouse();
        var wait = new ActiveRun { Facts = RunFactory.Unknown(_entry, run, Now) };
        _outside.Add(wait);
        return await WaitForAsync(wait);
    }

    public async Task<RunId> DispatchAsync(DispatchRequest request)
    {
        CheckId(request?.Id);
        await EnsureAttachedAsync();
        var options = request!.Options ?? new DispatchOptions();
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(_name, faults);
        }

        if (Absence() is { } absence)
        {
            return await OfRepeatedAsync(request.Id, request.Repeated, absence);
        }

        if (request.Repeated && await FindResultAsync(request.Id) is { } ended)
        {
            // Stored, made and forgotten by the partition since it was first asked for.
            return ended.RunId;
        }

        await CheckArgumentsAsync(request.Arguments);
        var now = Now;
        var asked = options.At?.ToUniversalTime() ?? now + (options.Delay ?? TimeSpan.Zero);
        var due = asked > now ? asked : now;
        if (options.ExpiresAt <= due)
        {
            return await OfRepeatedAsync(
                request.Id, request.Repeated, new InvalidTaskException(_name, [$"ExpiresAt is {options.ExpiresAt:O}; it must be later than {due:O}, when the run is due."]));
        }

        var bound = options is { IdempotencyKey: null, UniqueFor: null } ? null : await BindAsync(request.Arguments);
        var run = RunFactory.Dispatch(_entry!, request, due, TaskActor.Current);
        return await StoreAsync(RunForms.ToStored(run, due) with
        {
            IdempotencyKey = options.IdempotencyKey ?? (bound is null ? null : UniqueKeys.Of(bound)),
            KeyRetention = options.IdempotencyRetention,
            KeyExpiresAt = Times.Later(now, options.UniqueFor),
            Wait = options.At > now ? null : options.Delay ?? TimeSpan.Zero,
            Asked = bound is null && !request.Repeated ? null : new RunRequestFacts
            {
                Repeated = request.Repeated,
                Work = bound is null || options.IdempotencyKey is null || run.Trigger == RunTrigger.Continuation ? null : RequestedWork.Of(bound, options.Then),
                FormerKey = options.UniqueFor is null ? null : UniqueKeys.Former(request.Arguments),
            },
        });
    }

    public async Task<RunId> TriggerAsync(Guid request = default, bool repeated = false)
    {
        await EnsureAttachedAsync();
        if ((Absence() ?? Stop()) is { } obstacle)
        {
            return await OfRepeatedAsync(request, repeated, obstacle);
        }

        var now = Now;
        var run = RunFactory.Manual(_entry!, request == Guid.Empty ? RunId.New(_name, _time) : new RunId(_name, request), now, TaskActor.Current);
        return await StoreAsync(RunForms.ToStored(run, now) with { Wait = TimeSpan.Zero, Asked = repeated ? new RunRequestFacts { Repeated = true } : null });
    }

    /// <summary>The answer to a request that cannot be acted upon now: if it was before, its run.</summary>
    private async Task<RunId> OfRepeatedAsync(Guid request, bool repeated, TaskException obstacle) =>
        repeated && (_runs.ContainsKey(request) || await FindRequestAsync(request) is not null) ? new RunId(_name, request) : throw LeaveWith(obstacle);

    /// <summary>An activation of a task that does not exist has nothing to stay for.</summary>
    private TaskException LeaveWith(TaskException absence)
    {
        if (_entry is null)
        {
            DeactivateOnIdle();
        }

        return absence;
    }

    /// <summary>The arguments as the handler binds them; large ones are looked at away from the grain's turn.</summary>
    private Task<SortedDictionary<string, string>> BindAsync(TaskArguments? arguments)
    {
        var (ofTask, shape) = (_entry!.Arguments, _shapes.Find(_entry.Handler));
        return (arguments ?? ofTask)?.Size > LargeArguments ? Task.Run(() => BoundArguments.Of(arguments, ofTask, shape)) : Task.FromResult(BoundArguments.Of(arguments, ofTask, shape));
    }

    public async Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request)
    {
        CheckId(request?.Id);
        await EnsureAttachedAsync();
        if (request!.Repeated && await UnlessLeaving(_partition.FindRequestAsync(request.Id)) is not null)
        {
            return await BackfilledAsync(request);
        }

        CheckExists();
        var now = Now;
        var ids = new List<RunId>();
        var runs = new List<StoredRun>();
        foreach (var occurrence in Backfills.Of(_entry!, request!, now))
        {
            // The same request has the same runs, however often it comes.
            var id = new RunId(_name, RunId.Of($"{_name}\n{request!.Id:N}", occurrence).Value);
            ids.Add(id);
            if (!request.Repeated || await FindResultAsync(id.Value) is null)
            {
                runs.Add(RunForms.ToStored(RunFactory.Backfill(_entry!, id, occurrence, now, TaskActor.Current), now) with { Wait = TimeSpan.Zero });
            }
        }

        await Task.WhenAll(runs.Select(StoreAsync));
        await OnPartitionAsync((p, _) => p.RememberAsync(request.Id, false));
        return ids;
    }

    /// <summary>The runs of a backfill that was made. No others are added, though the schedule may be another one by now.</summary>
    private async Task<IReadOnlyList<RunId>> BackfilledAsync(BackfillRequest request)
    {
        if (_entry?.Resolved is null)
        {
            return [];
        }

        var ids = Backfills.Of(_entry, request, Now).Select(o => RunId.Of($"{_name}\n{request.Id:N}", o).Value).ToList();
        var known = await UnlessLeaving(Task.WhenAll(ids.Select(id => _partition.FindRequestAsync(id))));
        return [.. ids.Where((_, n) => known[n] is not null).Select(id => new RunId(_name, id))];
    }

    private async Task<RunId> StoreAsync(StoredRun run)
    {
        var stored = await UnlessLeaving(OnPartitionAsync((p, epoch) => p.AddRunAsync(epoch, run)));
        if (stored.RunId.Task != _name)
        {
            throw new TaskConflictException(_name, $"The run was not stored: its id is that of {stored.RunId}, a run of another task.");
        }

        if (stored.IsOver && run.Trigger == RunTrigger.Schedule)
        {
            // An occurrence that was made up for, and whose result the history no longer has.
            _book.Close(run.RunId.Value);
        }

        // It may have been stored before, and have been tried since then.
        if (stored.RunId == run.RunId && (stored.DueAt <= Now || stored.Result is not null))
        {
            Accept(stored);
        }

        return stored.RunId;
    }

    /// <summary>Takes a stored run from the partition.</summary>
    private void Accept(StoredRun stored)
    {
        if (_runs.ContainsKey(stored.RunId.Value) || _unrecorded.Contains(stored.RunId.Value))
        {
            return;
        }

        if (stored.Result is not null)
        {
            AdoptResult(stored);
            return;
        }

        var run = RunForms.ToActive(stored, _activation);
        if (run.Trigger == RunTrigger.Schedule)
        {
            _book.Open(run.RunId.Value, run.ScheduledAt);
        }

        if (!IsAdmitted(run))
        {
            run.StopCause ??= RunStatus.Cancelled;
            _runs.Add(run.RunId.Value, run);
            End(run, stored.MayBeUnderWay ? Lost(run) : Stopped(run));
        }
        else if (stored.MayBeUnderWay)
        {
            // It was started, and no living silo has it: it may not be started again.
            _runs.Add(run.RunId.Value, run);
            End(run, Lost(run));
        }
        else if (LossMarks.IsLost(stored, _activation))
        {
            // It may have been started by an activation that is no more, and no living silo has it.
            _runs.Add(run.RunId.Value, run);
            LoseAttempt(run);
        }
        else if (stored.DueAt > Now)
        {
            _runs.Add(run.RunId.Value, run);
            WaitForAttempt(run);
        }
        else
        {
            BeginDue(run);
        }
    }

    /// <summary>Waits for a run to end; null when the caller is to ask again.</summary>
    private Task<TaskResult?> WaitForAsync(ActiveRun run) => _leaving ? Task.FromResult<TaskResult?>(null) : run.WaitAsync(_time.GetTimestamp());

    // Those that are refused together do not come back together.
    private TasksOverloadedException Overloaded() =>
        new(_name, $"Every silo that has the handler of '{_name}' is full, and so are their queues.", TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()));

    private void CheckExists()
    {
        if (Absence() is { } absence)
        {
            throw LeaveWith(absence);
        }
    }

    /// <summary>Why nothing is stored for the task: it does not exist, or was cancelled. Null if neither is so.</summary>
    private TaskException? Absence() =>
        _entry is null ? new TaskNotFoundException(_name) : _entry.State == TaskState.Cancelled || _cancelling ? new TaskCancelledException(_name) : null;

    private SchedulerStoppedException? Stop() => _started ? null : new SchedulerStoppedException(_name);

    private void CheckCanRun()
    {
        CheckExists();
        if (Stop() is { } stop)
        {
            throw stop;
        }
    }

    private ValueTask CheckArgumentsAsync(TaskArguments? arguments)
    {
        if (arguments?.Size > _options.Limits.MaxArgumentsSize)
        {
            throw new PayloadTooLargeException(_name, "The arguments", arguments.Size, _options.Limits.MaxArgumentsSize);
        }

        var given = arguments ?? _entry?.Arguments ?? TaskArguments.None;
        var handler = _entry!.Handler;
        if (given.Size > LargeArguments)
        {
            return new ValueTask(Task.Run(() => CheckFit(handler, given)));
        }

        CheckFit(handler, given);
        return ValueTask.CompletedTask;
    }

    private void CheckFit(string handler, TaskArguments arguments)
    {
        if (arguments.Fault() is { } fault)
        {
            throw new TaskArgumentException(_name, null, fault);
        }

        // Only a silo that has the handler can tell whether they fit; elsewhere the run itself fails with the same words.
        if (_handlers.TryGet(handler, out var invoker))
        {
            invoker.Check(_name, arguments);
        }
    }

    private void CheckId(Guid? id)
    {
        // Without one of its own, a request would be taken for the repetition of another.
        if (id is null || id == Guid.Empty)
        {
            throw new InvalidTaskException(_name, ["The request has no Id; its caller makes one, such as Guid.CreateVersion7(), and keeps it for repetitions."]);
        }
    }
}
