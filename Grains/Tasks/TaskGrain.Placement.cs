using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Starting runs, each on a silo that has its handler and room.</content>
internal sealed partial class TaskGrain
{
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

    [LoggerMessage(321, LogLevel.Debug, "{Run} could not be started on {Silo}: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, RunId run, SiloAddress silo, string reason);
}
