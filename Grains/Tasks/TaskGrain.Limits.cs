namespace OrleansTasks;

/// <content>How many runs of the task may be under way, and begin, in the whole cluster: all of them begin here.</content>
internal sealed partial class TaskGrain
{
    private const int MostAwaited = 100;

    // Those that count. Which of them no longer do is looked up when it matters.
    private readonly HashSet<ActiveRun> _places = [];
    // Those that lent their places and want them back: the next ones are theirs.
    private readonly HashSet<ActiveRun> _returning = [];
    private readonly RateWindow _rate = new();
    private bool _rateKnown;

    /// <summary>How many more runs may begin now.</summary>
    private int Room
    {
        get
        {
            var options = _entry?.EffectiveOptions ?? TaskOptions.Default;
            var room = int.MaxValue;
            if (options.MaxConcurrentRuns is { } most)
            {
                _places.RemoveWhere(r => !r.HasPlace || r.Ending || !_runs.ContainsKey(r.RunId.Value));
                _returning.RemoveWhere(r => !r.HasLentPlace || r.Ending || !_runs.ContainsKey(r.RunId.Value));
                room = Math.Max(0, most - _places.Count - _returning.Count);
            }

            return options.RateLimit is { } limit ? Math.Min(room, _rateKnown ? _rate.Room(limit, _clock.Steady) : 0) : room;
        }
    }

    /// <summary>When the rate limit lets the next run begin that waits for it; null if none does.</summary>
    private DateTimeOffset? RateOpensAt =>
        _waiting.Count > 0 && _rateKnown && _entry?.EffectiveOptions.RateLimit is { } limit ? _clock.OfSteady(_rate.OpensAt(limit, _clock.Steady)) : null;

    /// <summary>Has a run count as under way, or says why it cannot.</summary>
    private bool TryTakePlace(ActiveRun run, out string? waitingFor)
    {
        waitingFor = null;
        var options = _entry!.EffectiveOptions;
        if (options.Group is { } group && run.GroupPlace is null && (run.HasPlace || Room > 0))
        {
            waitingFor = WaitingForGroup(group);
            return false;
        }

        if (run.HasPlace || options is { MaxConcurrentRuns: null, RateLimit: null })
        {
            return true;
        }

        if (options.RateLimit is not null && !_rateKnown)
        {
            waitingFor = "its task's rate to be known";
            Post(() => UntilDoneAsync(LearnRateAsync));
            return false;
        }

        if (Room == 0)
        {
            waitingFor = WhyNoRoom(options);
            return false;
        }

        run.HasPlace = true;
        _places.Add(run);
        if (options.RateLimit is not null)
        {
            _rate.Note(_clock.Steady);
        }

        return true;
    }

    private string WhyNoRoom(TaskOptions options) => _places.Count >= options.MaxConcurrentRuns
        ? $"one of the {options.MaxConcurrentRuns} places of its task"
        : $"its task's rate, {options.RateLimit!.Runs} in {options.RateLimit.Period}";

    /// <summary>A run as it stands. What the task's limits keep waiting says so, whatever it waited for at first.</summary>
    private RunInfo InfoOf(ActiveRun run) => run is { Phase: RunPhase.Waiting, HasPlace: false } && _entry is not null && Room == 0 && (_rateKnown || _entry.EffectiveOptions.RateLimit is null)
        ? RunForms.ToInfo(run) with { WaitingFor = WhyNoRoom(_entry.EffectiveOptions) }
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

        if (run.HasPlace && _entry?.EffectiveOptions.MaxConcurrentRuns is not null)
        {
            (run.HasPlace, run.HasLentPlace) = (false, true);
            _returning.Remove(run);
            StartWaiting();
        }

        return true;
    }

    private bool TakePlaceBack(ActiveRun run, RunId awaited)
    {
        run.Awaits = [.. run.Awaits.Where(r => r != awaited)];
        if (run.Awaits.Count > 0 || !run.HasLentPlace)
        {
            return true;
        }

        _returning.Remove(run);
        if (Room <= 0 && _entry?.EffectiveOptions.MaxConcurrentRuns is { } most && _places.Count + _returning.Count >= most)
        {
            _returning.Add(run);
            return false;
        }

        (run.HasPlace, run.HasLentPlace) = (true, false);
        _places.Add(run);
        return true;
    }

    [Microsoft.Extensions.Logging.LoggerMessage(364, Microsoft.Extensions.Logging.LogLevel.Warning, "{Run} is stuck: its handler {Note}.")]
    private static partial void LogStuck(Microsoft.Extensions.Logging.ILogger logger, RunId run, string note);

    private void LeavePlace(ActiveRun run)
    {
        (run.HasPlace, run.HasLentPlace, run.Awaits) = (false, false, []);
        _returning.Remove(run);
        LeaveGroup(run);
    }

    /// <summary>Counts what an earlier activation has begun, as far as the history and the runs under way tell.</summary>
    private async Task LearnRateAsync()
    {
        if (_rateKnown)
        {
            return;
        }

        await _history.LoadAsync();
        if (_rateKnown || _entry?.EffectiveOptions.RateLimit is not { } limit)
        {
            return;
        }

        _rateKnown = true;
        var since = Now - limit.Period;
        foreach (var start in _history.NewestFirst(null).Select(r => r.StartedAt).Concat(_runs.Values.Select(r => r.Silo is null ? null : r.StartedAt)).OfType<DateTimeOffset>().Where(s => s > since).Order())
        {
            _rate.Note(_clock.ToSteady(start));
        }

        StartWaiting();
    }
}
