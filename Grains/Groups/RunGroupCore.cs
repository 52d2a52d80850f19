using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Runs;
using static OrleansTasks.Groups.GroupLog;

namespace OrleansTasks.Groups;

/// <summary>
/// Composes one group from its parts. It does not need Orleans: the owner provides turns and timers, and calls to others go through the
/// given services.
/// </summary>
internal sealed class RunGroupCore
{
    // The holders of places are known only in memory.
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

    /// <param name="silo">The services that all groups on the silo share.</param>
    /// <param name="name">The group's name.</param>
    /// <param name="timers">Creates timers of the grain.</param>
    /// <param name="stayActive">Keeps the grain in memory for a period.</param>
    public RunGroupCore(GroupServices silo, string name, TimerFactory timers, Action<TimeSpan> stayActive)
    {
        (_name, _timers, _stayActive) = (name, timers, stayActive);
        var records = new GroupRecords(silo.Storage, name) { OnLost = what => TellLost(silo, what) };
        _limits = new GroupLimits(records, isStored => silo.Marks.NoteAsync(name, isStored).WaitAsync(NotePatience, silo.Pauses), name)
        {
            OnAllLost = () => TellAllLost(silo)
        };
        _admit = () => silo.Marks.AdmitAsync(name).WaitAsync(NotePatience, silo.Pauses);
        _isInForce = configuration => silo.Marks.IsInForceAsync(configuration).WaitAsync(NotePatience, silo.Pauses);
        _callers = new GroupCallers(silo.Pauses);
        _holders = new GroupHolders(silo, name, _places, GiveOut);
        _clock = new GrainClock(silo.Time, TimeSpan.Zero);
        _opening = new InstantTimer(timers, GiveOut, silo.Time, silo.Log);
    }

    /// <summary>Reads the limits, and starts to find out which runs have places.</summary>
    public async Task OpenAsync()
    {
        await _limits.ReadAsync();
        LearnAsync().Ignore();
        NoteAsync().Ignore();
        _looking = _timers(LookAsync, GroupHolders.LookPeriod);
    }

    public RunGroupInfo Describe() => new() { Name = _name, Limits = _limits.Present, Running = _places.Held, Waiting = _places.Waiting };

    /// <summary>Sets the limits, once for each request.</summary>
    /// <exception cref="TasksOverloadedException">There are too many groups for another one.</exception>
    public async Task<RunGroupInfo> PutAsync(RunGroup limits, Guid request)
    {
        if (limits?.Faults() is not { Count: 0 })
        {
            throw new InvalidTaskException(null, limits?.Faults() ?? ["The limits are missing. Give a RunGroup."]);
        }

        await ChangeAsync(stored => stored.Put(limits, request), _admit);
        return Describe();
    }

    /// <summary>Applies the limits that a silo's code defines.</summary>
    public Task DefineAsync(RunGroup limits, bool again) => ChangeAsync(stored => stored.Define(limits, again));

    /// <summary>
    /// Applies the limits that a configuration defines. Only the configuration in force restores limits that storage has lost: a silo may
    /// not know that its own was superseded.
    /// </summary>
    public async Task ConfigureAsync(RunGroup? limits, long number, bool again)
    {
        if (again)
        {
            // A configuration that comes into force after this check sets by itself what it changes.
            await ChangeAsync(static stored => stored);
            if (_limits.AreConfigured || !await _isInForce(number))
            {
                return;
            }
        }

        await ChangeAsync(stored => stored.Configure(limits, number, again));
    }

    /// <summary>Waits for a place for a run, up to a limit. A run that has a place keeps it.</summary>
    /// <returns>Whether the run has a place. If not, it has to ask again, and keeps its turn.</returns>
    /// <exception cref="StaleTaskException">There was a later request.</exception>
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

    /// <summary>
    /// Takes back a run's place and its turn. This call may arrive late, when the run has a place again: through a later activation of its
    /// task, or for its next attempt.
    /// </summary>
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

    /// <summary>Gives a run the place that it has lent back to it, before any run that has not started.</summary>
    /// <returns>Whether the run has its place. If not, it has to ask again.</returns>
    /// <exception cref="StaleTaskException">A later activation of its task has asked.</exception>
    public bool Return(RunId run, PlaceMark mark)
    {
        if (_places.IsStale(run.Value, mark))
        {
            throw new StaleTaskException(run.Task);
        }

        // The holders of places may not be known yet.
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
            // Even if nothing was changed: the limits may have been read again.
            GiveOut();
            NoteAsync().Ignore();
        }
    }

    private void TellLost(GroupServices silo, string what)
    {
        LogLost(silo.Log, _name, what);
        silo.Events.Publish(
            new TaskEvent
            {
                Task = "",
                Kind = TaskEventKind.StorageLost,
                At = silo.Time.GetUtcNow(),
                Note = $"Group '{_name}': {what}. Its limits are those of the other record, which is written again."
            });
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

    /// <summary>Finds out whether the limits were lost. A failure is retried at the next check.</summary>
    private async Task NoteAsync()
    {
        if (!_limits.IsNoted)
        {
            await _limits.NoteAsync()
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
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

    /// <summary>Gives places to the next runs, and sets a timer for when the rate limit lets others start.</summary>
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
