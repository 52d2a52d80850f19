using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Finding a silo for each run that starts: one that has its handler, and room.</content>
internal sealed partial class TaskGrain
{
    private const string PlaceOnSilo = "a place on a silo";
    private readonly List<Task> _offers = [];

    private void Place(ActiveRun run)
    {
        if (run.Ending || !IsAdmitted(run))
        {
            End(run, Stopped(run));
            return;
        }

        if (!_started)
        {
            // Stopped while the run's start was being noted.
            Enqueue(run, ForStart);
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

        StartLater(run, StartSomewhereAsync);
    }

    private bool TryStartHere(ActiveRun run, bool mayQueue)
    {
        var order = RunForms.ToOrder(run, _entry, run.Attempt + 1);
        if (!_executor.TryStart(order, mayQueue, this, out var running))
        {
            return false;
        }

        run.Move(RunEvent.Order);
        (run.Local, run.Silo, run.Attempt, run.Marked) = (running, _cluster.Local, order.Attempt, false);
        (run.HasBegun, run.IsCutOff) = (true, false);
        run.Placement++;
        return true;
    }

    void IRunObserver.OnProgress(RunningRun run, RunProgress progress) => Post(() => ProgressAsync(run.Order.RunId.Value, progress));

    void IRunObserver.OnIgnoring(RunningRun run) => Post(() => IgnoresCancellationAsync(run.Order.RunId.Value));

    void IRunObserver.OnEnd(RunningRun run, RunOutcome outcome)
    {
        _endedHere.Enqueue((run, outcome));
        if (_left)
        {
            // At once, before this silo forgets the run: the next activation looks for it here.
            TakeEnded();
            return;
        }

        // One turn for all that ended since the last one.
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
            if (_left)
            {
                _reporter.OnEnd(running, outcome);
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
        if (run.Ending || !IsAdmitted(run))
        {
            End(run, Stopped(run));
            return;
        }

        var placement = run.Placement;
        var silos = _cluster.SilosWith(_entry!.Handler).OrderBy(LoadOf).ThenBy(_ => Random.Shared.Next()).ToList();
        ListenToCluster();
        run.Move(RunEvent.Start, PlaceOnSilo);
        foreach (var mayQueue in new[] { false, true })
        {
            foreach (var silo in silos)
            {
                var started = silo.Equals(_cluster.Local) ? TryStartHere(run, mayQueue) : await TryStartThereAsync(run, silo, mayQueue);
                if (started || !IsPlacing(run, placement) || _leaving)
                {
                    return;
                }

                if (run.CancelRequested)
                {
                    End(run, Stopped(run));
                    return;
                }
            }
        }

        WaitOrRefuse(run);
    }

    /// <summary>Whether it is still this attempt to place a run that counts: meanwhile it may have ended, or have been taken back.</summary>
    private bool IsPlacing(ActiveRun run, int placement) =>
        run.Placement == placement && !run.Ending && !_left && _entry is not null && _runs.TryGetValue(run.RunId.Value, out var present) && present == run;

    private int LoadOf(SiloAddress silo) => silo.Equals(_cluster.Local)
        ? _executor.Active + _executor.Queued
        : _runs.Values.Count(r => silo.Equals(r.Silo));

    private async Task<bool> TryStartThereAsync(ActiveRun run, SiloAddress silo, bool mayQueue)
    {
        // Before the call: the outcome may be reported before the call returns.
        var placement = run.Placement;
        var order = RunForms.ToOrder(run, _entry, run.Attempt + 1) with { Offer = Guid.NewGuid() };
        run.Move(RunEvent.Order);
        (run.Silo, run.Attempt, run.StartedAt, run.Marked, run.HasBegun) = (silo, order.Attempt, Now, false, true);
        var offer = OfferAsync(run, placement, order, silo, mayQueue);
        _offers.Add(offer);
        bool accepted;
        try
        {
            accepted = await offer;
        }
        finally
        {
            _offers.Remove(offer);
        }

        if (accepted)
        {
            if (run.StopCause is { } cause)
            {
                // Asked for while the order was on its way, when that silo did not know the run yet.
                await CancelAsync(run, cause);
            }

            return true;
        }

        if (_left)
        {
            // It was left to the next activation as one under way there, and is not.
            _reporter.Add(new HeldRun(order, null, run.CancelRequested), Stopped(run) with { CutOff = !run.CancelRequested });
        }
        else if (run.Placement == placement && !run.Ending)
        {
            run.Move(RunEvent.Refused, PlaceOnSilo);
            (run.Silo, run.StartedAt, run.Attempt, run.Marked, run.HasBegun) = (null, null, order.Attempt - 1, run.Stored, false);
            if (_entry is null)
            {
                End(run, Stopped(run));
            }
        }

        return false;
    }

    private async Task<bool> OfferAsync(ActiveRun run, int placement, RunOrder order, SiloAddress silo, bool mayQueue)
    {
        try
        {
            return await _runners.On(silo).StartAsync(order, mayQueue).WaitAsync(AskPatience, _pauses);
        }
        catch (OrleansMessageRejectionException e) when (ClusterCalls.IsRefusal(e))
        {
            LogNotStarted(_log, run.RunId, silo, e.Message);
            return false;
        }
        catch (Exception e)
        {
            LogNotStarted(_log, run.RunId, silo, e.Message);
        }

        // It may have been started there, or still be on its way: that silo tells, or the news of its death decides.
        while (run.Placement == placement && !run.Ending && !_cluster.IsGone(silo))
        {
            try
            {
                return await _runners.On(silo).SettleAsync(order.RunId.Value, order.Offer).WaitAsync(AskPatience, _pauses);
            }
            catch (Exception e)
            {
                LogNotStarted(_log, run.RunId, silo, e.Message);
                await Task.Delay(LongestPause, _pauses);
            }
        }

        GiveUpLostRuns();
        return true;
    }

    /// <summary>No silo takes the run. What was accepted waits; a caller who waits is told, and may ask again.</summary>
    private void WaitOrRefuse(ActiveRun run)
    {
        _noPlaceBefore = Now + RetryPeriod;
        if (run.Trigger != RunTrigger.Request || run.Stored || _cluster.SilosWith(_entry!.Handler).IsEmpty)
        {
            Enqueue(run, PlaceOnSilo);
            return;
        }

        // A stopping silo is not full: its callers ask again, and find the one that comes after it.
        LeavePlace(run);
        _runs.Remove(run.RunId.Value);
        run.Refuse(_executor.IsDraining ? Moved() : Overloaded());
    }

    [LoggerMessage(321, LogLevel.Debug, "{Run} could not be started on {Silo}: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, RunId run, SiloAddress silo, string reason);
}
