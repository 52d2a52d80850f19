using OrleansTasks.Client.Links;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Finds a silo for each run that starts: one that has its handler, and room.</summary>
internal sealed class RunPlacement : TaskPart
{
    private const string PlaceOnSilo = "a place on a silo";
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);
    private readonly RunLine _line;
    private readonly RunPlaces _places;
    private readonly GroupAsks _groups;
    private readonly RunEnds _ends;
    private readonly RunStops _stops;
    private readonly LocalRuns _local;
    private readonly ClusterNews _news;
    private readonly List<Task> _offers = [];

    public RunPlacement(TaskContext context, RunLine line, RunPlaces places, GroupAsks groups, RunEnds ends, RunStops stops, LocalRuns local, ClusterNews news)
        : base(context)
    {
        (_line, _places, _groups, _ends, _stops, _local, _news) = (line, places, groups, ends, stops, local, news);
    }

    /// <summary>The offers to other silos that are on their way.</summary>
    public IEnumerable<Task> Offers => _offers;

    /// <summary>Finds a silo for a run that has all else it needs.</summary>
    public void Place(ActiveRun run)
    {
        if (run.Ending || !Known.Admits(run))
        {
            _ends.EndStopped(run);
            return;
        }

        if (!Known.IsStarted)
        {
            // Stopped while the run's start was being noted.
            _line.Enqueue(run, RunStarts.ForStart);
            return;
        }

        var handler = Known.Entry!.Handler;
        var silos = Silo.Cluster.SilosWith(handler);
        var isHere = Silo.Executor.Has(handler);
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

        StartLater(run, StartSomewhereAsync);
    }

    /// <summary>Goes on with a run's start on a turn of its own, unless it is over by then. It waits again if that fails.</summary>
    public void StartLater(ActiveRun run, Func<ActiveRun, Task> start)
    {
        run.Move(RunEvent.Start);
        var placement = ++run.Placement;
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
                    // It failed, and the turn says so.
                    _line.Enqueue(run, "another try");
                }
            }
        });
    }

    private bool TryStartHere(ActiveRun run, bool mayQueue)
    {
        var order = RunForms.ToOrder(run, Known.Entry, run.Attempt + 1);
        if (!Silo.Executor.TryStart(order, mayQueue, _local, out var running))
        {
            return false;
        }

        run.Move(RunEvent.Order);
        (run.Local, run.Silo, run.Offer, run.Attempt, run.Marked) = (running, Silo.Cluster.Local, order.Offer, order.Attempt, false);
        (run.HasBegun, run.IsCutOff) = (true, false);
        run.Placement++;
        return true;
    }

    /// <summary>Offers a run to the silos that have its handler, the least busy first; first without waiting there, then with.</summary>
    private async Task StartSomewhereAsync(ActiveRun run)
    {
        if (run.Ending || !Known.Admits(run))
        {
            _ends.EndStopped(run);
            return;
        }

        var placement = run.Placement;
        var silos = Silo.Cluster.SilosWith(Known.Entry!.Handler).OrderBy(LoadOf).ThenBy(_ => Silo.Background.Chance.Next()).ToList();
        _news.Listen();
        run.Move(RunEvent.Start, PlaceOnSilo);
        foreach (var mayQueue in new[] { false, true })
        {
            foreach (var silo in silos)
            {
                var isStarted = silo.Equals(Silo.Cluster.Local) ? TryStartHere(run, mayQueue) : await TryStartThereAsync(run, silo, mayQueue);
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
        var placement = run.Placement;
        var order = RunForms.ToOrder(run, Known.Entry, run.Attempt + 1) with { Offer = Guid.NewGuid(), Sender = Silo.Cluster.Local };
        run.Move(RunEvent.Order);
        (run.Silo, run.Offer, run.Attempt, run.StartedAt, run.Marked, run.HasBegun) = (silo, order.Offer, order.Attempt, Clock.Now, false, true);
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
            if (run.StopCause is { } cause)
            {
                // Asked for while the order was on its way, when that silo did not know the run yet.
                await _stops.StopAsync(run, cause);
            }

            return true;
        }

        if (Turns.HasLeft)
        {
            // It was left to the next activation as one under way there, and is not.
            Silo.Reporter.Add(new HeldRun(order, null, run.CancelRequested), _ends.Stopped(run) with { CutOff = !run.CancelRequested });
        }
        else if (run.Placement == placement && !run.Ending)
        {
            run.Move(RunEvent.Refused, PlaceOnSilo);
            (run.Attempt, run.Marked, run.HasBegun) = (order.Attempt - 1, run.Stored, false);
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

        // It may have been started there, or still be on its way: that silo tells, or the news of its death decides.
        while (run.Placement == placement && !run.Ending && !Silo.Cluster.IsGone(silo))
        {
            try
            {
                if (await Silo.Runners.On(silo).SettleAsync(order.RunId.Value, order.Offer).WaitAsync(AskPatience, Silo.Pauses))
                {
                    return true;
                }

                // It has not begun there; or it is over, and another activation was told, which has the task now.
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

    /// <summary>No silo takes the run. What was accepted waits; a caller who waits is told, and may ask again.</summary>
    private void WaitOrRefuse(ActiveRun run)
    {
        _groups.NoteFull();
        if (run.Trigger != RunTrigger.Request || run.Stored || Silo.Cluster.SilosWith(Known.Entry!.Handler).IsEmpty)
        {
            _line.Enqueue(run, PlaceOnSilo);
            return;
        }

        // A stopping silo is not full: its callers ask again, and find the one that comes after it.
        _places.Leave(run);
        Runs.Remove(run);
        run.Refuse(Silo.Executor.IsDraining ? Turns.Moved() : Known.Overloaded());
    }
}
