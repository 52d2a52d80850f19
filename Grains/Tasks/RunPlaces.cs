using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>The places of a task's runs: how many may be under way, and begin, in the whole cluster. All of them begin here.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="history">What has begun before.</param>
/// <param name="places">The task's own places.</param>
/// <param name="groups">Those in its group.</param>
/// <param name="signals">Is told when it is known what has begun before.</param>
internal sealed class RunPlaces(TaskContext context, TaskHistory history, TaskPlaces places, GroupAsks groups, ITaskSignals signals) : TaskPart(context)
{
    private const int MostAwaited = 100;

    /// <summary>How many more runs may begin now.</summary>
    public int Room => places.Room(Known.Options, Clock.Steady);

    /// <summary>When the rate limit lets the next run begin; null if it does not limit any.</summary>
    public DateTimeOffset? RateOpensAt => Clock.OfSteady(places.OpensAt(Known.Options, Clock.Steady));

    /// <summary>Has a run count as under way, or says why it cannot.</summary>
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

    /// <summary>Has a run that an earlier activation has begun count as under way.</summary>
    public void Adopt(ActiveRun run) => places.Adopt(run.RunId.Value);

    /// <summary>Gives back all that a run has.</summary>
    public void Leave(ActiveRun run)
    {
        run.Awaits = [];
        places.Leave(run.RunId.Value);
        groups.Leave(run);
    }

    /// <summary>Lends a run's place to others while its handler waits for another run, or a batch.</summary>
    /// <returns>Whether one more may begin because of that.</returns>
    public bool Lend(ActiveRun run, Awaited awaited)
    {
        if (!run.Awaits.Contains(awaited) && run.Awaits.Count < MostAwaited)
        {
            run.Awaits = [.. run.Awaits, awaited];
        }

        groups.Lend(run);
        return places.Lend(run.RunId.Value, Known.Options);
    }

    /// <summary>Gives a run the place again that it has lent, once it waits for nothing.</summary>
    /// <returns>False if there is none yet.</returns>
    public async Task<bool> TakeBackAsync(ActiveRun run, Awaited awaited)
    {
        run.Awaits = [.. run.Awaits.Where(r => r != awaited)];

        // In the order in which a run that begins takes them, or two could wait for each other.
        return run.Awaits.Count > 0 || (await groups.TakeBackAsync(run) && (run.Awaits.Count > 0 || places.TakeBack(run.RunId.Value, Known.Options)));
    }

    /// <summary>A run as it stands. What the task's limits keep waiting says so, whatever it waited for at first.</summary>
    public RunInfo InfoOf(ActiveRun run) => run.Phase == RunPhase.Waiting && Known.Entry is not null && Room == 0 && (places.KnowsRate || Known.Options.RateLimit is null)
        ? RunViews.ToInfo(run) with { WaitingFor = places.WhyNoRoom(Known.Options) }
        : RunViews.ToInfo(run);

    /// <summary>Counts what an earlier activation has begun, as far as the history and the runs under way tell.</summary>
    private async Task LearnRateAsync()
    {
        await history.LoadAsync();
        if (places.KnowsRate || Known.Options.RateLimit is not { } limit)
        {
            return;
        }

        var since = Clock.Now - limit.Period;
        places.LearnRate(history.NewestFirst(null).Select(r => r.StartedAt).Concat(Runs.All.Select(r => r.Silo is null ? null : r.StartedAt))
            .OfType<DateTimeOffset>().Where(s => s > since).Order().Select(Clock.ToSteady));
        signals.OnRoom();
    }
}
