using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Occurrences and stored runs that become due, each at its exact instant by the grain's own timer.</content>
internal sealed partial class TaskGrain
{
    private IGrainTimer? _timer;
    private DateTimeOffset? _next;
    private DateTimeOffset? _planned;
    private DateTimeOffset _lastFired;
    private bool _saidHandlerMissing;

    private void PlanOccurrences(Briefing briefing, bool changed)
    {
        if (_entry is not { Fires: true } || !_started)
        {
            StopOccurrences();
            return;
        }

        if (_planned is null || changed)
        {
            _planned = briefing.PlannedFrom > _lastFired ? briefing.PlannedFrom : _lastFired;
        }

        _next = _entry.Resolved is AtSchedule ? null : _entry.NextAfter(_planned.Value);
        if (_next is null || _next - Now > WakePlan.AwakeWithin + WakePlan.Ahead)
        {
            // Far away: the partition wakes this grain in time.
            (_next, _planned) = (null, null);
        }

        ArmTimer();
    }

    private void StopOccurrences()
    {
        (_next, _planned) = (null, null);
        ArmTimer();
    }

    private void ArmTimer()
    {
        var due = _next;
        foreach (var run in _runs.Values)
        {
            if (run.Status == RunStatus.Pending && !run.Ending && (due is null || run.ScheduledAt < due))
            {
                due = run.ScheduledAt;
            }
        }

        if (due is not { } instant)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Timers count whole milliseconds and cut the rest off, which would be early.
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((instant - Now).TotalMilliseconds)));
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                static (grain, _) => grain.OnTimerAsync(), this, new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private Task OnTimerAsync()
    {
        var now = Now;
        if (_started && _entry is { Fires: true })
        {
            FireDue(now);
        }

        foreach (var run in _runs.Values.Where(r => r.Status == RunStatus.Pending && !r.Ending && r.ScheduledAt <= now).ToList())
        {
            Begin(run);
        }

        ArmTimer();
        return Task.CompletedTask;
    }

    private void FireDue(DateTimeOffset now)
    {
        while (_next is { } due && due <= now)
        {
            if (now - due > _options.MisfireThreshold)
            {
                // Nothing is made up for a long stop of the process or a step of its clock: the schedule goes on from here.
                LogMissed(_log, _name, due, now - due);
                _planned = now - _options.MisfireThreshold;
                _next = _entry!.NextAfter(_planned.Value);
                continue;
            }

            (_lastFired, _planned) = (due, due);
            Fire(due);
            _next = WakePlan.OwnNext(_entry!, due);
        }

        _planned = _next is null ? null : _planned;
    }

    private void Fire(DateTimeOffset due)
    {
        if (_cluster.SilosWith(_entry!.Handler).IsEmpty)
        {
            if (!_saidHandlerMissing)
            {
                LogNoHandler(_log, _name, _entry.Handler);
                _saidHandlerMissing = true;
            }

            return;
        }

        _saidHandlerMissing = false;
        var options = _entry.EffectiveOptions;
        if (options.Overlap == OverlapPolicy.Skip && _runs.Values.Any(r => r is { Trigger: RunTrigger.Schedule, Ending: false }))
        {
            LogSkipped(_log, _name, due);
            return;
        }

        Begin(new ActiveRun
        {
            RunId = RunId.New(_name, _time),
            Trigger = RunTrigger.Schedule,
            ScheduledAt = due,
            Guarantee = options.Guarantee ?? RunGuarantee.AtMostOnce,
            Timeout = options.Timeout,
        });
    }

    [LoggerMessage(351, LogLevel.Warning, "{Task}: the occurrence at {Due:O} and those after it were missed, {Late} late.")]
    private static partial void LogMissed(ILogger logger, string task, DateTimeOffset due, TimeSpan late);

    [LoggerMessage(352, LogLevel.Warning, "{Task} does not fire: no silo has the handler '{Handler}'.")]
    private static partial void LogNoHandler(ILogger logger, string task, string handler);

    [LoggerMessage(353, LogLevel.Debug, "{Task}: the occurrence at {Due:O} is skipped, an earlier one is still under way.")]
    private static partial void LogSkipped(ILogger logger, string task, DateTimeOffset due);
}
