using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Handles what other silos report about a task's runs: the runs that an earlier activation ordered, and the ends of all runs on other
/// silos.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="places">The places of runs.</param>
/// <param name="history">The results of ended runs.</param>
/// <param name="ends">Ends runs.</param>
/// <param name="news">Reports silos that have left.</param>
internal sealed class RemoteRuns(TaskContext context, RunPlaces places, HistoryKeeper history, RunEnds ends, ClusterNews news)
    : TaskPart(context)
{
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);

    /// <summary>Gets whether an earlier activation may have left runs that the silos were not asked for yet.</summary>
    public bool MayBeLeftBehind { get; private set; }

    /// <summary>Reads from a briefing whether runs were left behind.</summary>
    public void Take(Briefing briefing) => MayBeLeftBehind |= briefing.MayHaveOrphans;

    /// <summary>Processes the outcome of an attempt on another silo.</summary>
    public async Task TakeReportAsync(RunOrder order, RunOutcome outcome)
    {
        if (!Link.IsBriefed)
        {
            await Link.AttachAsync();
        }

        var id = order.RunId.Value;
        if (FindMade(id) is null && await history.FindAsync(id) is null)
        {
            // An activation that was replaced without knowing it would take what its successor waits for.
            await Link.ConfirmOwnerAsync();
        }

        if (FindMade(id) is { } run)
        {
            // An earlier attempt that was given up, or has ended, may still report. Only the current attempt counts.
            if (order.Attempt >= run.Attempt && order.Attempt > run.EndedAttempts && !(outcome.CutOff && run.Silo is null)
                && !IsOther(run, order, outcome))
            {
                outcome = outcome.MovedBy(Clock.Shift - run.OrderedAtShift);
                (run.Attempt, run.StartedAt) = (order.Attempt, outcome.StartedAt);
                ends.End(run, outcome);
            }
        }
        else if (!history.HasEnded(id))
        {
            ends.GiveWay(id);
            ends.End(Adopt(new HeldRun(order, outcome.StartedAt, false), null), outcome);
        }
    }

    /// <summary>
    /// Returns whether a report is about another attempt than the one in progress, although its number is the same or higher. Attempts of
    /// occurrences are not stored, and an activation that was replaced may have continued to count. Two silos may each have one.
    /// </summary>
    private static bool IsOther(ActiveRun run, RunOrder order, RunOutcome outcome) => run.Silo is { } silo
        && (order.Offer != run.Offer || (run.Local is not null && outcome.Silo is { } other && other != silo.ToString()));

    /// <summary>Asks every silo for runs of this task that an earlier activation ordered.</summary>
    /// <param name="stored">What the partition has said about some of them.</param>
    public async Task AdoptAllAsync(IReadOnlyList<StoredRun>? stored = null)
    {
        var known = (stored ?? []).ToDictionary(static r => r.RunId.Value);
        using var gone = Runs.WatchEnds();

        // An earlier activation may have known of silos before this one did, and given them runs.
        await Silo.Cluster.TryRefreshAsync(AskPatience, Silo.Pauses, reason => LogNotRefreshed(Silo.Log, Known.Name, reason));
        var found = await Task.WhenAll(Silo.Cluster.Alive.Select(HeldByAsync));
        if (Turns.IsLeaving)
        {
            // Possibly not all of them answered.
            throw Turns.Moved();
        }

        // A silo may not know that its report was processed, by an activation that has also made the next attempt and left.
        if (found.Any(f => f.Held.Any(IsNew)))
        {
            await Turns.TryUntilDoneAsync(history.LoadAsync);
        }

        MayBeLeftBehind = false;
        foreach (var (holder, held) in found.SelectMany(f => f.Held.Select(h => (f.Silo, h)))
            .OrderByDescending(static f => f.h.Order.Attempt))
        {
            if (IsNew(held))
            {
                LogAdopted(Silo.Log, held.Order.RunId, holder);
                Adopt(held, holder);
                news.Listen();
                House.Keep();
            }
        }

        // The run may have ended here since that silo was asked. Or that silo may not know yet that its report was processed by an
        // activation that has stored it and left. In this case it does not report again.
        bool IsNew(HeldRun held)
        {
            var id = held.Order.RunId.Value;
            return !Runs.Has(id) && !gone.Has(id) && !HasEnded(known.GetValueOrDefault(id), held.Order) && !history.HasEnded(id);
        }
    }

    /// <summary>Returns whether the outcome of an order's attempt is stored.</summary>
    private static bool HasEnded(StoredRun? run, RunOrder order) =>
        run is not null && (run.Result is not null || order.Attempt <= run.EndedAttempts);

    /// <summary>Asks a silo for the runs of this task that it has, until it answers or is lost.</summary>
    public async Task<(SiloAddress Silo, IReadOnlyList<HeldRun> Held)> HeldByAsync(SiloAddress other)
    {
        // As long as the silo is not lost, its runs are not lost either.
        while (!Silo.Cluster.IsGone(other) && !Turns.IsLeaving)
        {
            try
            {
                var runner = Silo.Runners.On(other);
                var page = await runner.HoldingAsync(Known.Name, Silo.Cluster.Version).WaitAsync(AskPatience, Silo.Pauses);
                var held = page.ToList();
                while (AnswerPage.MayGoOn(page, HeldRun.SizeOf))
                {
                    page = await runner.HoldingAfterAsync(Known.Name, page[^1].Order.RunId.Value).WaitAsync(AskPatience, Silo.Pauses);
                    held.AddRange(page);
                }

                return (other, held);
            }
            catch (Exception e)
            {
                LogNotAsked(Silo.Log, other, Known.Name, e.Message);
                await Task.Delay(Housekeeper.RetryPeriod, Silo.Pauses);
            }
        }

        return (other, []);
    }

    /// <summary>Returns a run that is here, unless it is an occurrence that is yet to be created.</summary>
    private ActiveRun? FindMade(Guid id) => Runs.TryGet(id, out var run) && !run.IsYetToBeMade ? run : null;

    private ActiveRun Adopt(HeldRun held, SiloAddress? holder)
    {
        var order = held.Order;
        if (order.Trigger == RunTrigger.Schedule)
        {
            Book.Open(order.RunId.Value, order.ScheduledAt);
        }

        var run = RunForms.ToActive(held, holder);
        run.OrderedAtShift = Clock.Shift;
        places.Adopt(run);
        Runs.Put(run);
        return run;
    }
}
