using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Handles occurrences and stored runs when they become due, each at its exact instant.</summary>
internal sealed class OccurrenceFlow : TaskPart
{
    private readonly OccurrenceGenerator _generator;
    private readonly TaskAccounts _accounts;
    private readonly HistoryKeeper _history;
    private readonly OccurrenceMakeup _makeup;
    private readonly OccurrenceClaimer _claimer;
    private readonly RunMoves _moves;
    private readonly OverlapGate _gate;
    private readonly RunEnds _ends;
    private readonly RunStarts _starts;
    private readonly RunLine _line;
    private readonly ITaskSignals _signals;
    private bool _saidHandlerMissing;

    public OccurrenceFlow(TaskContext context, OccurrenceGenerator generator, TaskAccounts accounts, HistoryKeeper history,
        OccurrenceMakeup makeup, RunMoves moves, OccurrenceClaimer claimer, OverlapGate gate, RunEnds ends, RunStarts starts, RunLine line,
        ITaskSignals signals)
        : base(context)
    {
        (_generator, _accounts, _history, _makeup, _moves, _claimer, _gate, _ends, _starts, _line, _signals) = (generator, accounts,
            history, makeup, moves, claimer, gate, ends, starts, line, signals);
    }

    /// <summary>
    /// Gets the instant after which the grain handles no more occurrences, although it was asked to; null if it does handle them.
    /// </summary>
    public DateTimeOffset? LetGo => !_generator.LetsGo ? null : _generator.Last == default ? Clock.Now : _generator.Last;

    /// <summary>Plans the occurrence that a briefing has given.</summary>
    public void Plan(Briefing briefing, bool isChanged)
    {
        if (Known.Entry is not { Fires: true } entry || !Known.IsStarted)
        {
            Stop();
            return;
        }

        _generator.Plan(entry, briefing.Given, isChanged);
        Arm();
        _makeup.MakeUpForPause();
    }

    /// <summary>Stops handling occurrences.</summary>
    public void Stop()
    {
        _generator.Stop();
        Arm();
    }

    /// <summary>
    /// Applies the partition's clock. If this activation remembers an occurrence that is in the future, a clock was wrong.
    /// </summary>
    public void TakeTime(DateTimeOffset? partition)
    {
        if (partition is { } time && Clock.Compare(time, Link.SinceAsked) && Clock.Offset is var offset && offset != TimeSpan.Zero)
        {
            LogOtherTime(Silo.Log, Known.Name, offset.Duration(), offset > TimeSpan.Zero ? "behind" : "ahead of");
        }

        if (Clock.IsAhead(_generator.Last) || Clock.IsAhead(Book.Taken) || _claimer.Waiting.Any(r => Clock.IsAhead(r.ScheduledAt)))
        {
            // It continues from now, whatever this activation has taken.
            LogRestarted(Silo.Log, Known.Name, _generator.Last);
            _generator.Restart(Clock.Now);
            _claimer.Clear();
        }

        foreach (var run in Runs.All.Where(r => r is { Status: RunStatus.Pending, Wait: not null } && Clock.IsAhead(r.DueAt - r.Wait)))
        {
            run.DueAt = Clock.Now + run.Wait!.Value;
        }
    }

    /// <summary>Sets the timer for the next thing that becomes due.</summary>
    public void Arm()
    {
        // If the task is paused or cancelled, and the partition has not said so yet, the next occurrence is not taken. It would be due
        // again and again.
        var due = Times.Earlier(Known is { IsStarted: true, Entry.Fires: true } ? _generator.Next : null, _line.RateOpensAt);
        foreach (var run in Runs.All)
        {
            if (run is { Ending: false, Silo: null })
            {
                due = Times.Earlier(due, Times.Earlier(run.Status == RunStatus.Pending ? run.DueAt : null, run.GivenUpAt));
            }
        }

        Timer.ArmFor(due);
    }

    /// <summary>Processes what is due.</summary>
    public void Tick()
    {
        var now = Clock.Now;
        var occurrences = Known is { IsStarted: true, Entry: { Fires: true } entry } ? TakeDue(entry, now) : [];
        var runs = Runs.Count == 0 ? [] : TakeDueRuns(now);
        if (_line.Count > 0 && Known.Options.RateLimit is not null)
        {
            Turns.Post(_starts.StartWaiting);
        }

        Arm();
        if (occurrences.Count > 0 || runs.Count > 0)
        {
            // The timer is already set: starting the runs may take long.
            Turns.DoAsync(() => StartDueAsync(occurrences, runs)).Ignore();
        }
    }

    private IReadOnlyList<DateTimeOffset> TakeDue(TaskEntry entry, DateTimeOffset now)
    {
        var taken = _generator.TakeDue(entry, now, Known.MisfireThreshold);
        foreach (var missed in taken.Missed)
        {
            LogMissed(Silo.Log, Known.Name, missed.First, now - missed.First);
            _accounts.NoteMissed(missed);
            _makeup.MakeUp(missed, now);
            Book.Take(missed.Until);
            Turns.PostUntilDone(_history.SettleAsync);
        }

        if (taken.ResumesPause)
        {
            Turns.PostUntilDone(_signals.ResumeAsync);
        }
        else if (_generator.LetsGo)
        {
            // The next occurrence is far in the future. The partition handles it once it knows that this grain does not.
            Turns.PostUntilDone(Link.AttachAsync);
        }

        return taken.Due;
    }

    /// <summary>Ends the runs that have expired before they started, and returns those that are due.</summary>
    private List<ActiveRun> TakeDueRuns(DateTimeOffset now)
    {
        foreach (var run in Runs.All.Where(r => r is { Ending: false, Silo: null } && r.GivenUpAt <= now).ToList())
        {
            _ends.EndIfOver(run);
        }

        var runs = Runs.All.Where(r => r.Status == RunStatus.Pending && !r.Ending && r.DueAt <= now).ToList();
        foreach (var run in runs)
        {
            _moves.Move(run, RunEvent.Due);
        }

        return runs;
    }

    private async Task StartDueAsync(IReadOnlyList<DateTimeOffset> occurrences, List<ActiveRun> runs)
    {
        await _makeup.UnderWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (Turns.IsLeaving)
        {
            return;
        }

        foreach (var due in occurrences)
        {
            if (Clock.IsAhead(due))
            {
                // The clock was set back since the tick, or was found to be wrong. The occurrence comes again.
                Book.Close(RunId.Of(Known.Name, due).Value);
            }
            else if (Known.FiresAt(due))
            {
                Fire(due);
            }
            else
            {
                // The task was paused or cancelled, or the scheduler stopped, since the tick.
                _accounts.NoteSkipped(due, Known.WhyNotFiring);
                Book.Close(RunId.Of(Known.Name, due).Value);
            }
        }

        foreach (var run in runs.Where(r => Runs.IsIn(r, RunPhase.Ready)))
        {
            _gate.Begin(run);
        }
    }

    private void Fire(DateTimeOffset due)
    {
        var run = new ActiveRun { Facts = RunFactory.Occurrence(Known.Entry!, due), DueAt = due };
        var id = run.RunId.Value;
        if (Runs.Has(id))
        {
            // An earlier activation has started it.
            return;
        }

        if (_history.FindEnded(run) is { } ended)
        {
            // It has also ended: this activation received its end and has numbered it.
            if (_history.IsWritten(ended))
            {
                Book.Close(id);
            }

            return;
        }

        if (Silo.Cluster.SilosWith(Known.Entry!.Handler).IsEmpty)
        {
            if (!_saidHandlerMissing)
            {
                LogNoHandler(Silo.Log, Known.Name, Known.Entry.Handler);
                _saidHandlerMissing = true;
            }

            _accounts.NoteMissed(due, OutcomeReason.NoHandler);
            Book.Close(id);
            return;
        }

        _saidHandlerMissing = false;
        _gate.Pass(run);
    }
}
