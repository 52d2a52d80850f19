using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Manages the places of a task's runs: how many may be in progress, and start, in the whole cluster. All of them start here.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="history">The history of results, for earlier starts.</param>
/// <param name="places">The task's own places.</param>
/// <param name="groups">The places in the task's group.</param>
/// <param name="signals">Is told when the earlier starts are known.</param>
internal sealed class RunPlaces(TaskContext context, TaskHistory history, TaskPlaces places, GroupAsks groups, ITaskSignals signals)
    : TaskPart(context)
{
    private const int MostAwaited = 100;

    /// <summary>Gets how many more runs may start now.</summary>
    public int Room => places.Room(Known.Options, Clock.Steady);

    /// <summary>Gets when the rate limit lets the next run start; null if it limits none.</summary>
    public DateTimeOffset? RateOpensAt => Clock.OfSteady(places.OpensAt(Known.Options, Clock.Steady));

    /// <summary>Counts a run as in progress, or returns what it has to wait for.</summary>
    public bool TryTake(ActiveRun run, out string? waitingFor)
    {
        if (Known.Options.Group is { } group && run.GroupPlace is null && (places.Has(run.RunId.Value) || Room > 0))
        {
            waitingFor = GroupAsks.WaitingFor(group);
            return false;
        }

        waitingFor = places.Take(run.RunId.Value, Known.Options, Clock.Steady);
        if (waitingFor is not null && !places.KnowsRate && Known.Options.RateLimit is not null)
        {
            Turns.PostUntilDone(LearnRateAsync);
        }

        return waitingFor is null;
    }

    /// <summary>Counts a run that an earlier activation has started as in progress.</summary>
    public void Adopt(ActiveRun run) => places.Adopt(run.RunId.Value);

    /// <summary>Returns all places of a run.</summary>
    public void Leave(ActiveRun run)
    {
        run.Awaits = [];
        places.Leave(run.RunId.Value);
        groups.Leave(run);
    }

    /// <summary>Lends a run's place to others while its handler waits for another run or a batch.</summary>
    /// <returns>Whether one more run may start because of that.</returns>
    public bool Lend(ActiveRun run, Awaited awaited)
    {
        if (!run.Awaits.Contains(awaited) && run.Awaits.Count < MostAwaited)
        {
            run.Awaits = [.. run.Awaits, awaited];
        }

        groups.Lend(run);
        return places.Lend(run.RunId.Value, Known.Options);
    }

    /// <summary>Takes back the place that a run has lent, once the run waits for nothing.</summary>
    /// <returns>False if no place is free yet.</returns>
    public async Task<bool> TakeBackAsync(ActiveRun run, Awaited awaited)
    {
        run.Awaits = [.. run.Awaits.Where(r => r != awaited)];

        // In the order in which a starting run takes them. Otherwise two runs could wait for each other.
        return run.Awaits.Count > 0
            || (await groups.TakeBackAsync(run) && (run.Awaits.Count > 0 || places.TakeBack(run.RunId.Value, Known.Options)));
    }

    /// <summary>
    /// Returns information about a run. If the task's limits hold it up, that is the reported reason, whatever it waited for at first.
    /// </summary>
    public RunInfo InfoOf(ActiveRun run) =>
        run.Phase == RunPhase.Waiting && Known.Entry is not null && Room == 0 && (places.KnowsRate || Known.Options.RateLimit is null)
        ? RunViews.ToInfo(run) with { WaitingFor = places.WhyNoRoom(Known.Options) }
        : RunViews.ToInfo(run);

    /// <summary>Counts what earlier activations have started, as far as the history and the runs in progress tell.</summary>
    private async Task LearnRateAsync()
    {
        await history.LoadAsync();
        if (places.KnowsRate || Known.Options.RateLimit is not { } limit)
        {
            return;
        }

        var since = Clock.Now - limit.Period;
        places.LearnRate(
            history.NewestFirst(null).Select(r => r.StartedAt).Concat(Runs.All.Select(r => r.Silo is null ? null : r.StartedAt))
            .OfType<DateTimeOffset>().Where(s => s > since).Order().Select(Clock.ToSteady));
        signals.OnRoom();
    }
}
