namespace OrleansTasks;

/// <content>How many runs of the task may be under way, and begin, in the whole cluster: all of them begin here.</content>
internal sealed partial class TaskGrain
{
    private const int MostAwaited = 100;
    private readonly TaskPlaces _places = new();

    /// <summary>How many more runs may begin now.</summary>
    private int Room => _places.Room(Options, _clock.Steady);

    /// <summary>When the rate limit lets the next run begin that waits for it; null if none does.</summary>
    private DateTimeOffset? RateOpensAt => _waiting.Count > 0 ? _clock.OfSteady(_places.OpensAt(Options, _clock.Steady)) : null;

    /// <summary>Has a run count as under way, or says why it cannot.</summary>
    private bool TryTakePlace(ActiveRun run, out string? waitingFor)
    {
        if (Options.Group is { } group && run.GroupPlace is null && (_places.Has(run.RunId.Value) || Room > 0))
        {
            waitingFor = WaitingForGroup(group);
            return false;
        }

        waitingFor = _places.Take(run.RunId.Value, Options, _clock.Steady);
        if (waitingFor is not null && !_places.KnowsRate && Options.RateLimit is not null)
        {
            Post(() => UntilDoneAsync(LearnRateAsync));
        }

        return waitingFor is null;
    }

    /// <summary>A run as it stands. What the task's limits keep waiting says so, whatever it waited for at first.</summary>
    private RunInfo InfoOf(ActiveRun run) => run.Phase == RunPhase.Waiting && _entry is not null && Room == 0 && (_places.KnowsRate || Options.RateLimit is null)
        ? RunForms.ToInfo(run) with { WaitingFor = _places.WhyNoRoom(Options) }
        : RunForms.ToInfo(run);

    public Task<bool> AwaitsAsync(Guid run, RunId awaited, bool begins)
    {
        // One that is not known has no place to lend.
        return Task.FromResult(!_runs.TryGetValue(run, out var active) || active.Ending || (begins ? LendPlace(active, awaited) : TakePlaceBack(active, awaited)));
    }

    public Task StuckAsync(Guid run, string note)
    {
        if (_runs.TryGetValue(run, out var active) && active.Awaits.Count > 0)
        {
            LogStuck(_log, active.RunId, note);
            TellOf(active, TaskEventKind.RunStuck, e => e with { Note = note });
        }

        return Task.CompletedTask;
    }

    private bool LendPlace(ActiveRun run, RunId awaited)
    {
        if (!run.Awaits.Contains(awaited) && run.Awaits.Count < MostAwaited)
        {
            run.Awaits = [.. run.Awaits, awaited];
        }

        if (_places.Lend(run.RunId.Value, Options))
        {
            StartWaiting();
        }

        return true;
    }

    private bool TakePlaceBack(ActiveRun run, RunId awaited)
    {
        run.Awaits = [.. run.Awaits.Where(r => r != awaited)];
        return run.Awaits.Count > 0 || _places.TakeBack(run.RunId.Value, Options);
    }

    [Microsoft.Extensions.Logging.LoggerMessage(364, Microsoft.Extensions.Logging.LogLevel.Warning, "{Run} is stuck: its handler {Note}.")]
    private static partial void LogStuck(Microsoft.Extensions.Logging.ILogger logger, RunId run, string note);

    private void LeavePlace(ActiveRun run)
    {
        run.Awaits = [];
        _places.Leave(run.RunId.Value);
        LeaveGroup(run);
    }

    /// <summary>Counts what an earlier activation has begun, as far as the history and the runs under way tell.</summary>
    private async Task LearnRateAsync()
    {
        await _history.LoadAsync();
        if (_places.KnowsRate || _entry?.EffectiveOptions.RateLimit is not { } limit)
        {
            return;
        }

        var since = Now - limit.Period;
        _places.LearnRate(_history.NewestFirst(null).Select(r => r.StartedAt).Concat(_runs.Values.Select(r => r.Silo is null ? null : r.StartedAt))
            .OfType<DateTimeOffset>().Where(s => s > since).Order().Select(_clock.ToSteady));
        StartWaiting();
    }
}
