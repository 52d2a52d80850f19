using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Accepting runs, and starting them on a silo that has their handler and room.</content>
internal sealed partial class TaskGrain
{
    // Larger arguments are looked at away from the grain's turn.
    private const int LargeArguments = 16 << 10;
    private readonly Dictionary<Guid, ActiveRun> _runs = [];
    private readonly Queue<ActiveRun> _waiting = new();
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
            result = await WaitAsync(new RunId(_name, request.Id));
        }

        return result.Status == RunStatus.TimedOut && options?.Timeout is { } timeout ? throw new TaskTimeoutException(result.RunId, timeout) : result;
    }

    public async ValueTask<TaskResult?> BeginRunAsync(RunRequest request)
    {
        if (!IsAttached || _entry is null)
        {
            await EnsureAttachedAsync();
        }

        if (_runs.TryGetValue(request.Id, out var known))
        {
            return await known.WaitAsync(_time.GetTimestamp());
        }

        var guarantee = request.Options?.Guarantee ?? _entry?.EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce;
        if (request.Repeated && await FindEndedAsync(request, guarantee) is { } ended)
        {
            return ended;
        }

        CheckCanRun();
        await CheckArgumentsAsync(request.Arguments);
        var run = new ActiveRun
        {
            RunId = new RunId(_name, request.Id),
            Arguments = request.Arguments,
            Trigger = RunTrigger.Request,
            ScheduledAt = Now,
            Guarantee = guarantee,
            Timeout = request.Options?.Timeout ?? _entry!.EffectiveOptions.Timeout,
            Attempt = request.Repeated ? 1 : 0,
        };
        if (_waiting.Count >= _options.Limits.MaxWaitingRunsPerTask)
        {
            throw Overloaded();
        }

        var result = run.WaitAsync(_time.GetTimestamp());
        Begin(run);
        return await result;
    }

    public async Task<TaskResult?> WaitAsync(RunId run)
    {
        await EnsureAttachedAsync();
        if (_runs.TryGetValue(run.Value, out var active))
        {
            return await active.WaitAsync(_time.GetTimestamp());
        }

        if (await FindResultAsync(run.Value) is { } result)
        {
            return result;
        }

        var stored = await _partition.FindRunAsync(run);

        // It may have become due, and even have ended, while the partition was asked.
        if (_runs.TryGetValue(run.Value, out active))
        {
            return await active.WaitAsync(_time.GetTimestamp());
        }

        if (_history.Find(run.Value) is { } ended)
        {
            return ended;
        }

        if (stored is null)
        {
            throw new RunNotFoundException(run);
        }

        if (stored.Result is not null)
        {
            return stored.Result;
        }

        // A run that is stored and not due yet is waited for here; the caller asks again and again meanwhile.
        KeepHouse();
        var wait = new ActiveRun { RunId = run };
        _outside.Add(wait);
        return await wait.WaitAsync(_time.GetTimestamp());
    }

    public async Task<RunId> DispatchAsync(DispatchRequest request)
    {
        await EnsureAttachedAsync();
        var options = request.Options ?? new DispatchOptions();
        CheckDispatch(options);
        CheckExists();
        await CheckArgumentsAsync(request.Arguments);
        var now = Now;
        var due = options.At?.ToUniversalTime() ?? now + (options.Delay ?? TimeSpan.Zero);
        var run = new StoredRun
        {
            RunId = new RunId(_name, request.Id),
            Arguments = request.Arguments,
            DueAt = due > now ? due : now,
            Trigger = RunTrigger.Dispatch,
            Guarantee = options.Guarantee ?? _entry!.EffectiveOptions.Guarantee ?? RunGuarantee.AtLeastOnce,
            Timeout = options.Timeout ?? _entry!.EffectiveOptions.Timeout,
            IdempotencyKey = options.IdempotencyKey,
        };
        return await StoreAsync(run);
    }

    public async Task<RunId> TriggerAsync()
    {
        await EnsureAttachedAsync();
        CheckCanRun();
        var options = _entry!.EffectiveOptions;
        return await StoreAsync(new StoredRun
        {
            RunId = RunId.New(_name, _time),
            DueAt = Now,
            Trigger = RunTrigger.Manual,
            Guarantee = options.Guarantee ?? RunGuarantee.AtLeastOnce,
            Timeout = options.Timeout,
        });
    }

    private async Task<RunId> StoreAsync(StoredRun run)
    {
        var stored = await OnPartitionAsync((p, epoch) => p.AddRunAsync(epoch, run));
        if (stored.RunId == run.RunId && run.DueAt <= Now)
        {
            Accept(run);
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
            AdoptResult(stored.Result);
            return;
        }

        var run = new ActiveRun
        {
            RunId = stored.RunId,
            Arguments = stored.Arguments,
            Trigger = stored.Trigger,
            ScheduledAt = stored.DueAt,
            Guarantee = stored.Guarantee,
            Timeout = stored.Timeout,
            Stored = true,
            Attempt = stored.Attempts,
        };
        if (stored.Attempts > 0 && stored.Guarantee == RunGuarantee.AtMostOnce)
        {
            // It was started, and no living silo has it: it may not be started again.
            _runs.Add(run.RunId.Value, run);
            End(run, Lost(run));
        }
        else if (stored.DueAt > Now)
        {
            run.Status = RunStatus.Pending;
            _runs.Add(run.RunId.Value, run);
            ArmTimer();
        }
        else
        {
            Begin(run);
        }
    }

    private void Begin(ActiveRun run)
    {
        _runs[run.RunId.Value] = run;
        KeepHouse();
        if (!_started || _waiting.Count > 0)
        {
            Enqueue(run, _started ? "earlier runs" : "the scheduler to be started");
            return;
        }

        Start(run);
    }

    private void Start(ActiveRun run)
    {
        if (_entry is null || run.CancelRequested)
        {
            End(run, Stopped(run));
            return;
        }

        var silos = _cluster.SilosWith(_entry.Handler);
        if (silos.IsEmpty)
        {
            Enqueue(run, $"a silo that has the handler '{_entry.Handler}'");
            return;
        }

        if (run is { Stored: true, Guarantee: RunGuarantee.AtMostOnce })
        {
            run.Status = RunStatus.Waiting;
            StartMarkedAsync(run).Ignore();
            return;
        }

        Place(run);
    }

    /// <summary>Notes the attempt before it starts, so that no other one is made whatever happens then.</summary>
    private async Task StartMarkedAsync(ActiveRun run)
    {
        await OnPartitionAsync((p, epoch) => p.MarkStartedAsync(run.RunId, epoch, run.Attempt + 1));
        Place(run);
    }

    private void Place(ActiveRun run)
    {
        if (run.Ending || _entry is null)
        {
            End(run, Stopped(run));
            return;
        }

        var silos = _cluster.SilosWith(_entry!.Handler);
        var here = _executor.Has(_entry.Handler);
        var alone = here && silos.Length <= 1;
        if (here && (alone || (_executor.HasRoom && _executor.Active < _options.SpreadAbove)))
        {
            if (TryStartHere(run, mayQueue: alone))
            {
                return;
            }

            if (alone)
            {
                WaitOrRefuse(run);
                return;
            }
        }

        StartSomewhereAsync(run).Ignore();
    }

    private bool TryStartHere(ActiveRun run, bool mayQueue)
    {
        var order = Order(run);
        if (!_executor.TryStart(order, mayQueue, this, out var running))
        {
            return false;
        }

        (run.Local, run.Silo, run.Status, run.Attempt, run.WaitingFor) = (running, _cluster.Local, RunStatus.Running, order.Attempt, null);
        return true;
    }

    void IRunObserver.OnProgress(RunningRun run, RunProgress progress) => Post(() => ProgressAsync(run.Order.RunId.Value, progress));

    void IRunObserver.OnEnd(RunningRun run, RunOutcome outcome)
    {
        // One turn for all that ended since the last one.
        _endedHere.Enqueue((run, outcome));
        if (Interlocked.Exchange(ref _takingEnded, 1) == 0)
        {
            Task.Factory.StartNew(static grain => ((TaskGrain)grain!).TakeEnded(), this, CancellationToken.None, TaskCreationOptions.None, _scheduler);
        }
    }

    private void TakeEnded()
    {
        Volatile.Write(ref _takingEnded, 0);
        while (_endedHere.TryDequeue(out var ended))
        {
            var (running, outcome) = ended;
            if (_deactivating)
            {
                // Another activation answers for this run now.
                GrainFactory.GetGrain<ITaskEngine>(_name).ReportAsync(running.Order, outcome).Ignore();
            }
            else if (_runs.TryGetValue(running.Order.RunId.Value, out var run) && run.Local == running)
            {
                run.StartedAt = running.StartedAt;
                End(run, outcome);
            }
        }
    }

    /// <summary>Offers a run to the silos that have its handler, the least busy first; first without waiting there, then with.</summary>
    private async Task StartSomewhereAsync(ActiveRun run)
    {
        var handler = _entry!.Handler;
        var silos = _cluster.SilosWith(handler).OrderBy(LoadOf).ThenBy(_ => Random.Shared.Next()).ToList();
        var order = Order(run);
        ListenToCluster();
        run.Status = RunStatus.Waiting;
        run.WaitingFor = "a place on a silo";
        foreach (var mayQueue in new[] { false, true })
        {
            foreach (var silo in silos)
            {
                if (silo.Equals(_cluster.Local) ? TryStartHere(run, mayQueue) : await TryStartThereAsync(run, order, silo, mayQueue))
                {
                    return;
                }

                if (!_runs.ContainsKey(run.RunId.Value))
                {
                    return;
                }
            }
        }

        WaitOrRefuse(run);
    }

    private int LoadOf(SiloAddress silo) => silo.Equals(_cluster.Local)
        ? _executor.Active + _executor.Queued
        : _runs.Values.Count(r => silo.Equals(r.Silo));

    private async Task<bool> TryStartThereAsync(ActiveRun run, RunOrder order, SiloAddress silo, bool mayQueue)
    {
        // Before the call: the outcome may be reported before the call returns.
        (run.Silo, run.Status, run.Attempt, run.StartedAt) = (silo, RunStatus.Running, order.Attempt, Now);
        try
        {
            if (await _runners.On(silo).StartAsync(order, mayQueue))
            {
                if (run.StopCause is { } cause)
                {
                    // Asked for while the order was on its way, when that silo did not know the run yet.
                    await _runners.On(silo).CancelAsync(run.RunId.Value, cause);
                }

                return true;
            }
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e))
        {
            LogNotStarted(_log, run.RunId, silo, e.Message);
            if (e is not OrleansMessageRejectionException)
            {
                // It may have been started there: the news of that silo's death decides, or its report.
                return true;
            }
        }

        (run.Silo, run.Status, run.Attempt, run.StartedAt) = (null, RunStatus.Waiting, order.Attempt - 1, null);
        return false;
    }

    private RunOrder Order(ActiveRun run) => new()
    {
        RunId = run.RunId,
        Handler = _entry!.Handler,
        Arguments = run.Arguments ?? _entry.Arguments ?? TaskArguments.None,
        Trigger = run.Trigger,
        ScheduledAt = run.ScheduledAt,
        Attempt = run.Attempt + 1,
        Timeout = run.Timeout,
        SendValue = _entry.EffectiveOptions.SendReturnValues,
        Guarantee = run.Guarantee,
    };

    private void Enqueue(ActiveRun run, string waitingFor)
    {
        (run.Status, run.WaitingFor, run.Silo, run.Local) = (RunStatus.Waiting, waitingFor, null, null);
        _waiting.Enqueue(run);
        ListenToCluster();
        KeepHouse();
    }

    /// <summary>Tries again what waits here.</summary>
    private void StartWaiting()
    {
        for (var left = _waiting.Count; left > 0 && _started && _waiting.TryDequeue(out var run); left--)
        {
            if (_runs.ContainsKey(run.RunId.Value))
            {
                Start(run);
            }
        }
    }

    /// <summary>No silo takes the run. What was accepted waits; a caller who waits is told, and may ask again.</summary>
    private void WaitOrRefuse(ActiveRun run)
    {
        if (run.Trigger != RunTrigger.Request || run.Stored || _cluster.SilosWith(_entry!.Handler).IsEmpty)
        {
            Enqueue(run, "a place on a silo");
            return;
        }

        _runs.Remove(run.RunId.Value);
        run.Refuse(Overloaded());
    }

    private TasksOverloadedException Overloaded() =>
        new(_name, $"Every silo that has the handler of '{_name}' is full, and so are their queues.", TimeSpan.FromSeconds(1));

    private void CheckExists()
    {
        if (_entry is null)
        {
            DeactivateOnIdle();
            throw new TaskNotFoundException(_name);
        }

        if (_entry.State == TaskState.Cancelled || _cancelling)
        {
            throw new TaskCancelledException(_name);
        }
    }

    private void CheckCanRun()
    {
        CheckExists();
        if (!_started)
        {
            throw new SchedulerStoppedException(_name);
        }
    }

    private ValueTask CheckArgumentsAsync(TaskArguments? arguments)
    {
        if (arguments?.Size > _options.Limits.MaxArgumentsSize)
        {
            throw new PayloadTooLargeException(_name, "The arguments", arguments.Size, _options.Limits.MaxArgumentsSize);
        }

        // Only a silo that has the handler can tell; elsewhere the run itself fails with the same words.
        if (_handlers.TryGet(_entry!.Handler, out var invoker))
        {
            var given = arguments ?? _entry.Arguments ?? TaskArguments.None;
            if (given.Size > LargeArguments)
            {
                return new ValueTask(Task.Run(() => invoker.Check(_name, given)));
            }

            invoker.Check(_name, given);
        }

        return ValueTask.CompletedTask;
    }

    private void CheckDispatch(DispatchOptions options)
    {
        var faults = new List<string>();
        if (options is { At: not null, Delay: not null })
        {
            faults.Add("Both At and Delay were given; a run is due at an instant or after a delay.");
        }

        if (options.Delay is { } delay && (delay < TimeSpan.Zero || delay > TimeSpan.FromDays(36525)))
        {
            faults.Add($"Delay is {delay}; zero to 36525 days are allowed.");
        }

        if (options.IdempotencyKey is { } key && (key.Length is 0 or > 200 || key.Any(char.IsControl)))
        {
            faults.Add("IdempotencyKey has 1 to 200 characters, none of them a control character.");
        }

        if (options.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue))
        {
            faults.Add($"Timeout is {timeout}; it must be positive and at most 24 days, or null for none.");
        }

        if (faults.Count > 0)
        {
            throw new InvalidTaskException(_name, faults);
        }
    }

    [LoggerMessage(321, LogLevel.Debug, "{Run} could not be started on {Silo}: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, RunId run, SiloAddress silo, string reason);
}
