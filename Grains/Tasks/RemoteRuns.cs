using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>What other silos say of a task's runs: of those that an earlier activation had ordered, and of the ends of all that are not here.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="places">Their places.</param>
/// <param name="history">What has ended.</param>
/// <param name="ends">Ends runs.</param>
/// <param name="news">Tells when silos have gone.</param>
internal sealed class RemoteRuns(TaskContext context, RunPlaces places, HistoryKeeper history, RunEnds ends, ClusterNews news) : TaskPart(context)
{
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);

    /// <summary>Whether an earlier activation may have left runs behind that were not asked for yet.</summary>
    public bool MayBeLeftBehind { get; private set; }

    /// <summary>Takes what a briefing says of runs left behind.</summary>
    public void Take(Briefing briefing) => MayBeLeftBehind |= briefing.MayHaveOrphans;

    /// <summary>Takes what an attempt on another silo came to.</summary>
    public async Task TakeReportAsync(RunOrder order, RunOutcome outcome)
    {
        if (!Link.IsBriefed)
        {
            await Link.AttachAsync();
        }

        var id = order.RunId.Value;
        if (FindMade(id) is null && await history.FindAsync(id) is null)
        {
            // An activation that was replaced, and does not know it, would take what its successor waits for.
            await Link.ConfirmOwnerAsync();
        }

        if (FindMade(id) is { } run)
        {
            // An earlier attempt that was given up, or has ended, may still speak; only the present one counts.
            if (order.Attempt >= run.Attempt && order.Attempt > run.EndedAttempts && !(outcome.CutOff && run.Silo is null) && !IsOther(run, order, outcome))
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
    /// Whether an attempt is another one than that which is under way, though it has the same number or a higher one: that of an occurrence is stored nowhere, and an activation that was replaced
    /// may have gone on counting. Each silo may have one of its own.
    /// </summary>
    private static bool IsOther(ActiveRun run, RunOrder order, RunOutcome outcome) => run.Silo is { } silo
        && (order.Offer != run.Offer || (run.Local is not null && outcome.Silo is { } other && other != silo.ToString()));

    /// <summary>Asks every silo for runs of this task that an earlier activation ordered.</summary>
    /// <param name="stored">What the partition has said of some of them.</param>
    public async Task AdoptAllAsync(IReadOnlyList<StoredRun>? stored = null)
    {
        var known = (stored ?? []).ToDictionary(static r => r.RunId.Value);
        using var gone = Runs.WatchEnds();

        // An earlier activation may have heard of silos before this one did, and have given them runs.
        await Silo.Cluster.TryRefreshAsync(AskPatience, Silo.Pauses, reason => LogNotRefreshed(Silo.Log, Known.Name, reason));
        var found = await Task.WhenAll(Silo.Cluster.Alive.Select(HeldByAsync));
        if (Turns.IsLeaving)
        {
            // Perhaps not all of them answered.
            throw Turns.Moved();
        }

        // A silo may not have heard that what it reports was taken, by an activation that has made the next attempt too, and left.
        if (found.Any(f => f.Held.Any(IsNew)))
        {
            await Turns.TryUntilDoneAsync(history.LoadAsync);
        }

        MayBeLeftBehind = false;
        foreach (var (holder, held) in found.SelectMany(f => f.Held.Select(h => (f.Silo, h))).OrderByDescending(static f => f.h.Order.Attempt))
        {
            if (IsNew(held))
            {
                LogAdopted(Silo.Log, held.Order.RunId, holder);
                Adopt(held, holder);
                news.Listen();
                House.Keep();
            }
        }

        // It may have ended here since that silo was asked. And that silo may not have heard yet that what it reports was taken, by an activation that has stored it and left: then it
        // does not report it again.
        bool IsNew(HeldRun held)
        {
            var id = held.Order.RunId.Value;
            return !Runs.Has(id) && !gone.Has(id) && !HasEnded(known.GetValueOrDefault(id), held.Order) && !history.HasEnded(id);
        }
    }

    /// <summary>Whether it is stored what the attempt of an order came to.</summary>
    private static bool HasEnded(StoredRun? run, RunOrder order) => run is not null && (run.Result is not null || order.Attempt <= run.EndedAttempts);

    /// <summary>Asks a silo for the runs of this task that it has, until it answers or is lost.</summary>
    public async Task<(SiloAddress Silo, IReadOnlyList<HeldRun> Held)> HeldByAsync(SiloAddress other)
    {
        // As long as the silo is not lost, its runs are not either.
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

    /// <summary>A run that is here, and is more than an occurrence that is yet to be made.</summary>
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
