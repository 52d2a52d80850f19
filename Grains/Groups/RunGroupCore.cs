using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Runs;
using static OrleansTasks.Groups.GroupLog;

namespace OrleansTasks.Groups;

/// <summary>One group, put together of its parts. It needs no Orleans: turns and timers are those of whoever has it, and calls to others go through what it is given.</summary>
internal sealed class RunGroupCore
{
    // Who has a place is in memory.
    private static readonly TimeSpan StayActive = TimeSpan.FromHours(25);

    // A run asks again at once, or a little later if its call was lost.
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NotePatience = TimeSpan.FromSeconds(5);
    private readonly string _name;
    private readonly Action<TimeSpan> _stayActive;
    private readonly TimerFactory _timers;
    private readonly GroupLimits _limits;
    private readonly Func<long, Task<bool>> _isInForce;
    private readonly Func<Task> _admit;
    private readonly GroupPlaces _places = new();
    private readonly GroupCallers _callers;
    private readonly GroupHolders _holders;
    private readonly GrainClock _clock;
    private readonly InstantTimer _opening;
    private IGrainTimer? _looking;

    /// <param name="silo">What all groups on the silo share.</param>
    /// <param name="name">The group's name.</param>
    /// <param name="timers">Makes timers of the grain.</param>
    /// <param name="stayActive">Has the grain stay in memory for some time.</param>
    public RunGroupCore(GroupServices silo, string name, TimerFactory timers, Action<TimeSpan> stayActive)
    {
        (_name, _timers, _stayActive) = (name, timers, stayActive);
        var records = new GroupRecords(silo.Storage, name) { OnLost = what => TellLost(silo, what) };
        _limits = new GroupLimits(records, isStored => silo.Marks.NoteAsync(name, isStored).WaitAsync(NotePatience, silo.Pauses), name) { OnAllLost = () => TellAllLost(silo) };
        _admit = () => silo.Marks.AdmitAsync(name).WaitAsync(NotePatience, silo.Pauses);
        _isInForce = configuration => silo.Marks.IsInForceAsync(configuration).WaitAsync(NotePatience, silo.Pauses);
        _callers = new GroupCallers(silo.Pauses);
        _holders = new GroupHolders(silo, name, _places, GiveOut);
        _clock = new GrainClock(silo.Time, TimeSpan.Zero);
        _opening = new InstantTimer(timers, GiveOut, silo.Time, silo.Log);
    }

    /// <summary>Reads the limits, and begins to find out who has a place.</summary>
    public async Task OpenAsync()
    {
        await _limits.ReadAsync();
        LearnAsync().Ignore();
        NoteAsync().Ignore();
        _looking = _timers(LookAsync, GroupHolders.LookPeriod);
    }

    public RunGroupInfo Describe() => new() { Name = _name, Limits = _limits.Present, Running = _places.Held, Waiting = _places.Waiting };

    /// <summary>Sets the limits, once for each request.</summary>
    /// <exception cref="TasksOverloadedException">There are too many groups, and this would be a further one.</exception>
    public async Task<RunGroupInfo> PutAsync(RunGroup limits, Guid request)
    {
        if (limits?.Faults() is not { Count: 0 })
        {
            throw new InvalidTaskException(null, limits?.Faults() ?? ["The limits are missing."]);
        }

        await ChangeAsync(stored => stored.Put(limits, request), _admit);
        return Describe();
    }

    /// <summary>Takes the limits that a silo's code has.</summary>
    public Task DefineAsync(RunGroup limits, bool again) => ChangeAsync(stored => stored.Define(limits, again));

    /// <summary>Takes the limits that a configuration has. What storage has lost is set again by the one that is in force alone: a silo whose own was overtaken may not know that.</summary>
    public async Task ConfigureAsync(RunGroup? limits, long number, bool again)
    {
        if (again)
        {
            // One that comes into force after this is asked sets what is other than before itself.
            await ChangeAsync(static stored => stored);
            if (_limits.AreConfigured || !await _isInForce(number))
            {
                return;
            }
        }

        await ChangeAsync(stored => stored.Configure(limits, number, again));
    }

    /// <summary>Waits a while for a place for a run. One that has a place has it again.</summary>
    /// <returns>Whether it has one; if not, it is to ask again, and keeps its turn.</returns>
    /// <exception cref="StaleTaskException">A later ask has come.</exception>
    public async Task<bool> AcquireAsync(RunId run, RunPriority priority, PlaceMark mark)
    {
        if (_places.IsStale(run.Value, mark))
        {
            throw new StaleTaskException(run.Task);
        }

        if (_places.Has(run.Value))
        {
            _places.Keep(run.Value, mark);
            return true;
        }

        _stayActive(StayActive);
        _places.Ask(run, priority, mark);
        var answering = _callers.WaitAsync(run.Value);
        GiveOut();
        if (await answering is { } hasPlace)
        {
            return hasPlace;
        }

        _places.Leave(run.Value, _clock.Steady);
        return false;
    }

    /// <summary>Takes a run's place back, and its turn. What was given up may come late, when the run has got the place again: for a later activation of its task, or for its next attempt.</summary>
    public void Release(RunId run, bool unused, PlaceMark mark)
    {
        if (_places.IsStale(run.Value, mark))
        {
            return;
        }

        _holders.NoteReleased(run.Value, mark);
        _callers.Answer(run.Value, hasPlace: false);
        _places.Release(run.Value, unused);
        GiveOut();
    }

    /// <summary>Gives a run the place again that it has lent, before any that has not begun.</summary>
    /// <returns>Whether it has one; if not, it is to ask again.</returns>
    /// <exception cref="StaleTaskException">A later activation of its task has asked.</exception>
    public bool Return(RunId run, PlaceMark mark)
    {
        if (_places.IsStale(run.Value, mark))
        {
            throw new StaleTaskException(run.Task);
        }

        // Who has a place may not be known yet.
        _stayActive(StayActive);
        return _holders.AreKnown && _places.Return(run, mark, _limits.Present, _clock.Steady);
    }

    public void Close()
    {
        _holders.Close();
        _opening.Dispose();
        _looking?.Dispose();
    }

    private async Task ChangeAsync(Func<StoredGroup, StoredGroup> change, Func<Task>? admit = null)
    {
        try
        {
            await _limits.ChangeAsync(change, admit);
        }
        finally
        {
            // Even if nothing was changed: what is stored may have been read anew.
            GiveOut();
            NoteAsync().Ignore();
        }
    }

    private void TellLost(GroupServices silo, string what)
    {
        LogLost(silo.Log, _name, what);
        silo.Events.Publish(new TaskEvent { Task = "", Kind = TaskEventKind.StorageLost, At = silo.Time.GetUtcNow(), Note = $"Group '{_name}': {what}. Its limits are those of the other record, which is written again." });
    }

    private void TellAllLost(GroupServices silo)
    {
        LogAllLost(silo.Log, _name);
        silo.Events.Publish(new TaskEvent
        {
            Task = "",
            Kind = TaskEventKind.StorageLost,
            At = silo.Time.GetUtcNow(),
            Note = $"Group '{_name}': both records of its limits are missing from storage. The group has the limits that code defines, or "
                + $"none. Set the limits again, or stop the silos and restore the records 'g-{_name}' and 'c-{_name}' (grain type "
                    + "'ot-group').",
        });
    }

    /// <summary>Finds out whether the limits were lost. What fails now is tried again at the next look.</summary>
    private async Task NoteAsync()
    {
        if (!_limits.IsNoted)
        {
            await _limits.NoteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            GiveOut();
        }
    }

    private async Task LearnAsync()
    {
        foreach (var run in await _holders.LearnAsync())
        {
            _callers.Answer(run.Value, hasPlace: true);
        }

        GiveOut();
    }

    private async Task LookAsync()
    {
        try
        {
            _places.ForgetLeft(_clock.Steady - LongestAbsence);
            GiveOut();
            await NoteAsync();
            await _holders.LookAsync();
        }
        finally
        {
            _looking?.Change(GroupHolders.LookPeriod, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Gives places to those who are next, and has it done again when the rate lets others begin.</summary>
    private void GiveOut()
    {
        if (!_holders.AreKnown)
        {
            return;
        }

        var now = _clock.Steady;
        foreach (var run in _places.Grant(_limits.Present, now))
        {
            _callers.Answer(run.Value, hasPlace: true);
        }

        if (_places.OpensAt(_limits.Present, now) is { } opens)
        {
            _opening.Arm(_clock.OfSteady(opens)!.Value);
        }
    }
}
