using OrleansTasks.Client.Links;
using OrleansTasks.Collections;
using OrleansTasks.Runs;
using OrleansTasks.Watching;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Finds a silo for each run that starts: one that has its handler, and room.</summary>
internal sealed class RunPlacement : TaskPart
{
    private const string PlaceOnSilo = "a place on a silo";
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);
    private readonly RunMoves _moves;
    private readonly RunPlaces _places;
    private readonly GroupAsks _groups;
    private readonly RunEnds _ends;
    private readonly RunStops _stops;
    private readonly LocalRuns _local;
    private readonly ClusterNews _news;
    private LazySet<Task> _offers;

    public RunPlacement(TaskContext context, RunMoves moves, RunPlaces places, GroupAsks groups, RunEnds ends, RunStops stops,
        LocalRuns local, ClusterNews news)
        : base(context)
    {
        (_moves, _places, _groups, _ends, _stops, _local, _news) = (moves, places, groups, ends, stops, local, news);
    }

    /// <summary>Gets the offers to other silos in progress.</summary>
    public IEnumerable<Task> Offers => _offers;

    /// <summary>Finds a silo for a run that has everything else it needs.</summary>
    public void Place(ActiveRun run)
    {
        if (run.Ending || !Known.Admits(run))
        {
            _ends.EndStopped(run);
            return;
        }

        if (!Known.IsStarted)
        {
            // The scheduler was stopped while the run's start was being stored.
            _moves.Wait(run, RunStarts.ForStart);
            return;
        }

        var handler = Known.Entry!.Handler;
        var silos = Silo.Cluster.TakersOf(handler);
        var isHere = Silo.Executor.Takes(handler);
        var isAlone = isHere && silos.Length <= 1;
        if (isHere && (isAlone || (Silo.Executor.HasRoom && Silo.Executor.Active < Silo.Options.SpreadAbove)))
        {
            if (TryStartHere(run, mayQueue: isAlone))
            {
                return;
            }

            if (isAlone)
            {
                WaitOrRefuse(run);
                return;
            }
        }

        StartLater(run, StartSomewhereAsync, PlaceOnSilo);
    }

    /// <summary>Continues a run's start on a turn of its own, unless the run is over by then. If that fails, the run waits again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="start">The action on that turn.</param>
    /// <param name="waitingFor">What the run waits for meanwhile; null for nothing that takes long.</param>
    public void StartLater(ActiveRun run, Func<ActiveRun, Task> start, string? waitingFor = null)
    {
        _moves.Move(run, RunEvent.Start, waitingFor);
        var placement = run.Placement;
        Turns.Post(async () =>
        {
            try
            {
                if (_ends.IsAt(run, placement))
                {
                    await start(run);
                }
            }
            finally
            {
                if (_ends.IsAt(run, placement) && run.Silo is null)
                {
                    // The start failed, and the turn has logged it.
                    _moves.Wait(run, "another try");
                }
            }
        });
    }

    private bool TryStartHere(ActiveRun run, bool mayQueue)
    {
        RunSpans.Begin(run, Known.Entry!.Handler);
        var order = RunForms.ToOrder(run, Known.Entry, run.Attempt + 1, Link.Term, Clock.Now);
        if (!Silo.Executor.TryStart(order, mayQueue, _local, out var running))
        {
            return false;
        }

        _moves.Move(run, RunEvent.Order);
        (run.Local, run.Silo, run.Offer, run.OrderedAtShift, run.IsCutOff) = (running, Silo.Cluster.Local, order.Offer, Clock.Shift, false);
        return true;
    }

    /// <summary>
    /// Offers a run to the silos that have its handler, the least busy first. The first round does not let it wait there; the second round
    /// does.
    /// </summary>
    private async Task StartSomewhereAsync(ActiveRun run)
    {
        if (run.Ending || !Known.Admits(run))
        {
            _ends.EndStopped(run);
            return;
        }

        var placement = run.Placement;
        var silos = Silo.Cluster.TakersOf(Known.Entry!.Handler).OrderBy(LoadOf).ThenBy(_ => Silo.Background.Chance.Next()).ToList();
        _news.Listen();
        foreach (var mayQueue in new[] { false, true })
        {
            foreach (var silo in silos)
            {
                var isStarted = silo.Equals(Silo.Cluster.Local)
                    ? TryStartHere(run, mayQueue)
                    : await TryStartThereAsync(run, silo, mayQueue);
                if (isStarted || !_ends.IsAt(run, placement) || Turns.IsLeaving)
                {
                    return;
                }

                if (run.CancelRequested)
                {
                    _ends.EndStopped(run);
                    return;
                }
            }
        }

        WaitOrRefuse(run);
    }

    private int LoadOf(SiloAddress silo) => silo.Equals(Silo.Cluster.Local)
        ? Silo.Executor.Active + Silo.Executor.Queued
        : Runs.All.Count(r => silo.Equals(r.Silo));

    private async Task<bool> TryStartThereAsync(ActiveRun run, SiloAddress silo, bool mayQueue)
    {
        // Before the call: the outcome may be reported before the call returns.
        RunSpans.Begin(run, Known.Entry!.Handler);
        var placement = run.Placement;
        var order = RunForms.ToOrder(run, Known.Entry, run.Attempt + 1, Link.Term, Clock.Now) with
        {
            Offer = Guid.NewGuid(),
            Sender = Silo.Cluster.Local,
            IsDoubtful = Silo.Executor.StoodStillLately
        };
        _moves.Move(run, RunEvent.Order);
        (run.Silo, run.Offer, run.StartedAt, run.OrderedAtShift) = (silo, order.Offer, Clock.Now, Clock.Shift);
        var offer = OfferAsync(run, placement, order, silo, mayQueue);
        _offers.Add(offer);
        bool isAccepted;
        try
        {
            isAccepted = await offer;
        }
        finally
        {
            _offers.Remove(offer);
        }

        if (isAccepted)
        {
            run.IsCutOff = false;
            if (run.StopCause is { } cause)
            {
                // The stop was requested while the order was on its way, when that silo did not know the run yet.
                Turns.Post(() => _stops.StopAsync(run, cause));
            }

            return true;
        }

        if (Turns.HasLeft)
        {
            // The run was handed over to the next activation as in progress there, and it is not.
            Silo.Reporter.Add(new HeldRun(order, null, run.CancelRequested), _ends.Stopped(run) with { CutOff = !run.CancelRequested });
        }
        else if (run.Placement == placement && !run.Ending)
        {
            _moves.Move(run, RunEvent.Refused, PlaceOnSilo);
            if (Known.Entry is null)
            {
                _ends.EndStopped(run);
            }
        }

        return false;
    }

    private async Task<bool> OfferAsync(ActiveRun run, int placement, RunOrder order, SiloAddress silo, bool mayQueue)
    {
        try
        {
            return await Silo.Runners.On(silo).StartAsync(order, mayQueue).WaitAsync(AskPatience, Silo.Pauses);
        }
        catch (OrleansMessageRejectionException e) when (ClusterCalls.IsRefusal(e))
        {
            LogNotStarted(Silo.Log, run.RunId, silo, e.Message);
            return false;
        }
        catch (Exception e)
        {
            LogNotStarted(Silo.Log, run.RunId, silo, e.Message);
        }

        // The run may have started there, or the order may still be on its way. Either that silo answers, or its death decides.
        while (run.Placement == placement && !run.Ending && !Silo.Cluster.IsGone(silo))
        {
            try
            {
                if (await Silo.Runners.On(silo).SettleAsync(order.RunId.Value, order.Offer).WaitAsync(AskPatience, Silo.Pauses))
                {
                    return true;
                }

                // It has not started there. Or it has ended, and the report went to another activation, which now owns the task.
                if (!Turns.HasLeft)
                {
                    await Link.ConfirmOwnerAsync();
                }

                return false;
            }
            catch (Exception e)
            {
                LogNotStarted(Silo.Log, run.RunId, silo, e.Message);
                await Task.Delay(GrainTurns.LongestPause, Silo.Pauses);
            }
        }

        _ends.GiveUpLost();
        return true;
    }

    /// <summary>
    /// Handles a run that no silo takes. A run that was accepted, or has started once, waits. For any other run, the waiting caller
    /// receives an error and may ask again.
    /// </summary>
    private void WaitOrRefuse(ActiveRun run)
    {
        _groups.NoteFull();
        if (run.Trigger != RunTrigger.Request || run.Stored || run.Attempt > 0 || Silo.Cluster.TakersOf(Known.Entry!.Handler).IsEmpty)
        {
            _moves.Wait(run, PlaceOnSilo);
            return;
        }

        Exception refusal = Known.Overloaded();
        if (Silo.Executor.IsDraining)
        {
            // A stopping silo is not full. Its callers ask again, and reach its successor.
            refusal = Turns.Moved();
        }
        else
        {
            RunSpans.Refuse(run, refusal);
        }

        _places.Leave(run);
        Runs.Remove(run);
        run.Refuse(refusal);
    }
}
