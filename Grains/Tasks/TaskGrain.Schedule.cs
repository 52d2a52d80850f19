using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Occurrences and stored runs that become due, each at its exact instant by the grain's own timer.</content>
internal sealed partial class TaskGrain
{
    private IGrainTimer? _timer;
    private DateTimeOffset? _armedFor;
    private DateTimeOffset? _next;
    private bool _awake;
    private DateTimeOffset _lastFired;
    private bool _saidHandlerMissing;

    // Whether it goes on from another instant than its partition knows.
    private bool _restarted;

    // Whether occurrences were missed that the partition looks after one by one, and is to leave out.
    private bool _passedOver;

    /// <summary>The instant up to which this grain has taken occurrences.</summary>
    private DateTimeOffset LastTaken => _lastFired == default ? Now : _lastFired;

    private TimeSpan MisfireThreshold => _entry?.EffectiveOptions.MisfireThreshold ?? _options.MisfireThreshold;

    private void PlanOccurrences(Briefing briefing, bool changed)
    {
        if (_entry is not { Fires: true } || !_started)
        {
            StopOccurrences();
            return;
        }

        if (changed)
        {
            _next = null;
        }

        if (briefing.Given is { } given)
        {
            // What was given may be given again, and have been made meanwhile.
            var next = given > _lastFired ? given : _awake ? _entry.NextAfter(_lastFired) : null;
            _next = _next is null || next < _next ? next : _next;
        }

        if (_restarted && _awake)
        {
            // The partition takes it for looking after its occurrences, and gives it none.
            _next = Times.Earlier(_next, _entry.NextAfter(_lastFired));
        }

        _restarted = false;
        ArmTimer();
        if (_entry.CatchUpFrom is { } pausedAt && _catchingUp.IsCompleted)
        {
            _catchingUp = UntilDoneAsync(() => CatchUpPauseAsync(pausedAt)).WaitAsync(_leave.Token);
        }
    }

    /// <summary>Called, on any thread, when the clock of this silo was put forward or back.</summary>
    public void OnClockStepped(TimeSpan step)
    {
        if (_leaving || _scheduler is null)
        {
            return;
        }

        Post(() =>
        {
            ArmTimer();

            // The partition knows whether its own clock went along.
            return IsAttached && !_leaving && step.Duration() > ClockWatch.Smallest * 2 ? UntilDoneAsync(AttachAsync) : Task.CompletedTask;
        });
    }

    /// <summary>Takes what the partition's clock says. What this activation remembers may lie ahead of it: then a clock was wrong.</summary>
    private void TakeTime(DateTimeOffset? partition)
    {
        if (partition is { } time && _clock.Compare(time) && _clock.Offset is var offset && offset != TimeSpan.Zero)
        {
            LogOtherTime(_log, _name, offset.Duration(), offset > TimeSpan.Zero ? "behind" : "ahead of");
        }

        if (_clock.IsAhead(_lastFired) || _clock.IsAhead(_book.Taken))
        {
            RestartOccurrences();
        }

        foreach (var run in _runs.Values.Where(r => r is { Status: RunStatus.Pending, Wait: not null } && _clock.IsAhead(r.DueAt - r.Wait)))
        {
            run.DueAt = Now + run.Wait!.Value;
        }
    }

    /// <summary>Goes on from now, whatever this activation has taken: the clock was put back.</summary>
    private void RestartOccurrences()
    {
        LogRestarted(_log, _name, _lastFired);
        (_lastFired, _next, _tookOver, _restarted) = (Now, null, Now, true);
        _book.Restart(Now);
        while (_toClaim.TryDequeue(out var run))
        {
            // Nothing was noted of it, and it comes again.
            _runs.Remove(run.RunId.Value);
            _book.Close(run.RunId.Value);
        }
    }

    private void StopOccurrences()
    {
        _next = null;
        ArmTimer();
    }

    private void ArmTimer()
    {
        if (_leaving)
        {
            return;
        }

        var due = Times.Earlier(_next, RateOpensAt);
        foreach (var run in _runs.Values)
        {
            if (run is { Ending: false, Silo: null })
            {
                due = Times.Earlier(due, Times.Earlier(run.Status == RunStatus.Pending ? run.DueAt : null, run.GivenUpAt));
            }
        }

        _armedFor = due;
        if (due is { } instant)
        {
            Arm(instant);
        }
        else
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Has the timer tick by an instant, without looking at all that it ticks for.</summary>
    private void ArmBy(DateTimeOffset? instant)
    {
        if (instant is { } due && !_leaving && !(_armedFor <= due))
        {
            _armedFor = due;
            Arm(due);
        }
    }

    private void Arm(DateTimeOffset instant)
    {
        _timer ??= this.RegisterGrainTimer(
            static (grain, _) => grain.OnTimerAsync(),
            this,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        TimerArming.Arm(_timer, _clock.OnSilo(instant), _time);
    }

    private Task OnTimerAsync()
    {
        var now = Now;
        var occurrences = _started && _entry is { Fires: true } ? TakeDue(now) : [];
        var runs = _runs.Count == 0 ? [] : TakeDueRuns(now);

        if (_waiting.Count > 0 && _entry?.EffectiveOptions.RateLimit is not null)
        {
            Post(() =>
            {
                StartWaiting();
                return Task.CompletedTask;
            });
        }

        ArmTimer();
        if (occurrences.Count > 0 || runs.Count > 0)
        {
            // In a turn of its own: a timer that is changed while it ticks is armed when the tick ends, and before anything starts.
            Post(() => StartDueAsync(occurrences, runs));
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends the runs that are over without having begun, and takes those that are due.</summary>
    private List<ActiveRun> TakeDueRuns(DateTimeOffset now)
    {
        foreach (var run in _runs.Values.Where(r => r is { Ending: false, Silo: null } && r.GivenUpAt <= now).ToList())
        {
            EndIfOver(run);
        }

        var runs = _runs.Values.Where(r => r.Status == RunStatus.Pending && !r.Ending && r.DueAt <= now).ToList();
        foreach (var run in runs)
        {
            run.Move(RunEvent.Due);
        }

        return runs;
    }

    private async Task StartDueAsync(List<DateTimeOffset> occurrences, List<ActiveRun> runs)
    {
        await _catchingUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_leaving)
        {
            return;
        }

        foreach (var due in occurrences)
        {
            // It may have been paused, cancelled or stopped since the tick.
            if (_started && _entry?.FiresAt(due) == true)
            {
                Fire(due, RunId.Of(_name, due));
            }
            else
            {
                NoteSkipped(due, WhyNotFiring);
                _book.Close(RunId.Of(_name, due).Value);
            }
        }

        foreach (var run in runs.Where(r => IsIn(r, RunPhase.Ready)))
        {
            BeginDue(run);
        }
    }

    private List<DateTimeOffset> TakeDue(DateTimeOffset now)
    {
        var taken = new List<DateTimeOffset>();
        while (_next is { } due && due <= now)
        {
            if (_entry!.ResumesAt(due))
            {
                _next = null;
                Post(() => UntilDoneAsync(ResumeIfOverAsync));
                return taken;
            }

            if (now - due > MisfireThreshold)
            {
                // A long stop of the process, an outage, or a step of the clock: the schedule goes on from here.
                var until = (now - MisfireThreshold).AddTicks(-1);
                LogMissed(_log, _name, due, now - due);
                NoteMissed(due, until);
                CatchUp(due, until, now);
                _book.Take(until);
                _lastFired = until > _lastFired ? until : _lastFired;
                _passedOver = !_awake;
                Post(() => UntilDoneAsync(SettleOccurrencesAsync));
                _next = _awake ? _entry.NextAfter(until) : null;
                continue;
            }

            _lastFired = due;
            _book.Open(RunId.Of(_name, due).Value, due);
            _book.Take(due);
            taken.Add(due);
            _next = _awake ? WakePlan.OwnNext(_entry!, due) : null;
        }

        if ((_awake || _passedOver) && _next is null)
        {
            // The following one is far away: the partition looks after it, once it knows that this grain does not.
            Post(() => UntilDoneAsync(AttachAsync));
        }

        return taken;
    }

    [LoggerMessage(355, LogLevel.Warning, "{Task}: the clock of this silo is {Difference} {Side} that of the task's partition, whose time counts. One of the two clocks is wrong.")]
    private static partial void LogOtherTime(ILogger logger, string task, TimeSpan difference, string side);

    [LoggerMessage(356, LogLevel.Warning, "{Task}: occurrences up to {Instant:O} were taken, which lies ahead of the clock: it was put back. The schedule goes on from now.")]
    private static partial void LogRestarted(ILogger logger, string task, DateTimeOffset instant);

    [LoggerMessage(351, LogLevel.Warning, "{Task}: the occurrence at {Due:O} and those after it were missed, {Late} late.")]
    private static partial void LogMissed(ILogger logger, string task, DateTimeOffset due, TimeSpan late);
}
