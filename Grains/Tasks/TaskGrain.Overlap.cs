using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Occurrences that meet earlier ones, that were missed, or whose runs go on failing.</content>
internal sealed partial class TaskGrain
{
    private const int DefaultQueue = 100;
    private readonly List<ActiveRun> _queued = [];
    private bool _startingQueued;
    private Task _catchingUp = Task.CompletedTask;

    /// <summary>How many runs of occurrences have begun, or are about to, and have not ended.</summary>
    private int UnderWay => _runs.Values.Count(IsUnderWay);

    private static bool IsUnderWay(ActiveRun run) =>
        run is { Trigger: RunTrigger.Schedule, Ending: false, IsQueued: false } && (run.Status != RunStatus.Pending || run.EndedAttempts > 0);

    /// <summary>Begins a run that has become due. One that makes up for an occurrence does not run beside another one.</summary>
    private void BeginDue(ActiveRun run)
    {
        if (run is { Trigger: RunTrigger.Schedule, Attempt: 0 })
        {
            PassGate(run);
        }
        else
        {
            Begin(run);
        }
    }

    private void PassGate(ActiveRun run)
    {
        // Itself it is not under way yet.
        _runs.Remove(run.RunId.Value);
        var underWay = Options.Overlap == OverlapPolicy.Allow ? 0 : UnderWay;
        var decision = Overlaps.Of(Options.Overlap, underWay, _queued.Count, Options.MaxQueuedOccurrences ?? DefaultQueue, isMadeUp: run.Stored);
        switch (decision)
        {
            case Overlaps.Decision.Start:
                StartOccurrence(run);
                break;
            case Overlaps.Decision.Skip:
                LeaveOut(run);
                Forget(run);
                break;
            case Overlaps.Decision.Queue:
                Queue(run);
                break;
            case Overlaps.Decision.Replace:
                Replace(run);
                break;
        }
    }

    /// <summary>Notes that an occurrence is left out for an earlier one. One that only waits for storage does not run: then it is the outage that costs this one.</summary>
    private void LeaveOut(ActiveRun run)
    {
        if (IsHeldUpByStorage)
        {
            NoteMissed(run.ScheduledAt, OutcomeReason.Outage);
            return;
        }

        LogSkipped(_log, _name, run.ScheduledAt);
        NoteSkipped(run.ScheduledAt, OutcomeReason.Overlap);
    }

    /// <summary>Whether all that has begun waits, for longer than a claim takes, for its partition to note that it starts.</summary>
    private bool IsHeldUpByStorage =>
        _toClaim.TryPeek(out var first) && Now - first.ScheduledAt >= Suspicious && _runs.Values.Where(IsUnderWay).All(_toClaim.Contains);

    private void Queue(ActiveRun run)
    {
        run.Move(RunEvent.Queue);
        _runs[run.RunId.Value] = run;
        _queued.Add(run);
        KeepHouse();
        ArmBy(run.GivenUpAt);
    }

    /// <summary>Has a run not wait for earlier occurrences any more, whatever becomes of it: an attempt that another activation had made may speak while it does.</summary>
    private void LeaveQueue(ActiveRun run)
    {
        if (run.IsQueued)
        {
            _queued.Remove(run);
        }
    }

    private void Replace(ActiveRun run)
    {
        foreach (var waiting in _queued.Where(r => !r.Stored).ToList())
        {
            LogSkipped(_log, _name, waiting.ScheduledAt);
            NoteSkipped(waiting.ScheduledAt, OutcomeReason.Overlap);
            _queued.Remove(waiting);
            _runs.Remove(waiting.RunId.Value);
            _book.Close(waiting.RunId.Value);
        }

        Queue(run);
        var earlier = _runs.Values.Where(r => IsUnderWay(r) && !r.CancelRequested).ToList();
        Post(() => Task.WhenAll(earlier.Select(r => CancelAsync(r, RunStatus.Cancelled))));
    }

    /// <summary>Starts the next one of the occurrences that wait for others to end.</summary>
    private void StartQueued()
    {
        if (_startingQueued)
        {
            return;
        }

        _startingQueued = true;
        try
        {
            while (_queued.Count > 0 && !_leaving && !_executor.IsDraining && UnderWay == 0)
            {
                StartNextQueued();
            }
        }
        finally
        {
            _startingQueued = false;
        }
    }

    private void StartNextQueued()
    {
        var run = _queued[0];
        _queued.RemoveAt(0);
        run.Move(RunEvent.Dequeue);
        if (!run.Stored && !(_started && _entry?.FiresAt(run.ScheduledAt) == true))
        {
            // Paused, cancelled or stopped meanwhile.
            NoteSkipped(run.ScheduledAt, WhyNotFiring);
            _runs.Remove(run.RunId.Value);
            _book.Close(run.RunId.Value);
            return;
        }

        run.DueAt = Now;
        StartOccurrence(run);
    }

    /// <summary>Makes up for missed occurrences, as the policy says: those that it chooses become stored runs.</summary>
    private void CatchUp(DateTimeOffset missed, DateTimeOffset until, DateTimeOffset now)
    {
        var entry = _entry!;
        var chosen = CatchUps.Of(entry.NextAfter, entry.EffectiveOptions.CatchUp ?? CatchUpPolicy.Last, missed, until, now, lateRun: true);
        if (chosen.Count == 0)
        {
            return;
        }

        foreach (var due in chosen)
        {
            _book.Open(RunId.Of(_name, due).Value, due);
        }

        // What may not be repeated is claimed in order: later ones wait until these are stored.
        var storing = StoreOrLeaveOutAsync();
        if (entry.OccurrenceGuarantee == RunGuarantee.AtMostOnce)
        {
            _catchingUp = storing.WaitAsync(_leave.Token);
        }

        async Task StoreOrLeaveOutAsync()
        {
            if (!await TryUntilDoneAsync(() => StoreMissedAsync(entry, chosen, now)))
            {
                // Cancelled meanwhile, for one: nothing of before is made up for.
                foreach (var due in chosen.Where(due => !_runs.ContainsKey(RunId.Of(_name, due).Value)))
                {
                    _book.Close(RunId.Of(_name, due).Value);
                }
            }
        }
    }

    private async Task CatchUpPauseAsync(DateTimeOffset pausedAt)
    {
        if (_entry is not { } entry || entry.CatchUpFrom != pausedAt)
        {
            return;
        }

        // The one occurrence of a schedule that has just one is never missed: its partition makes it a run.
        var first = entry.OccursOnce ? null : entry.NextAfter(pausedAt);
        if (first <= entry.UpdatedAt)
        {
            var chosen = CatchUps.Of(entry.NextAfter, entry.EffectiveOptions.CatchUp ?? CatchUpPolicy.Last, first.Value, entry.UpdatedAt, entry.UpdatedAt, lateRun: false);
            await StoreMissedAsync(entry, chosen, Now);
            _ledger.NoteStored(chosen);
        }

        await OnPartitionAsync((p, epoch) => p.CaughtUpAsync(_name, epoch, pausedAt));
        _entry = _entry is { } now ? now with { CatchUpFrom = null } : null;
    }

    private async Task StoreMissedAsync(TaskEntry entry, IReadOnlyList<DateTimeOffset> chosen, DateTimeOffset now)
    {
        var spread = (entry.EffectiveOptions.CatchUp ?? CatchUpPolicy.Last).Spread;
        for (var n = 0; n < chosen.Count; n++)
        {
            var id = RunId.Of(_name, chosen[n]);
            if (_runs.ContainsKey(id.Value))
            {
                continue;
            }

            if (await FindResultAsync(id.Value) is not null)
            {
                _book.Close(id.Value);
                continue;
            }

            var due = now + (n * spread);
            await StoreAsync(RunForms.ToStored(RunFactory.CatchUp(entry, chosen[n], due), due) with { Wait = n * spread });
        }
    }

    private async Task PauseIfFailingAsync()
    {
        if (_entry is not { State: TaskState.Active, EffectiveOptions.PauseAfterFailures: { } limit } entry)
        {
            return;
        }

        await _history.LoadAsync();
        var failed = _history.NewestFirst(null).Where(r => r.Trigger == RunTrigger.Schedule && r.FinishedAt > entry.UpdatedAt)
            .TakeWhile(r => r.Status is RunStatus.Failed or RunStatus.TimedOut).Take(limit).ToList();
        if (failed.Count == limit && _entry is { State: TaskState.Active } && _entry.Revision == entry.Revision)
        {
            await PauseAsync($"{limit} occurrences in a row failed, the last one with: {failed[0].Error}", by: "OrleansTasks");
            LogPaused(_log, _name, limit, failed[0].Error);
        }
    }

    /// <summary>Pauses the task if its occurrences end one silo after the other.</summary>
    private async Task PauseIfLosingAsync()
    {
        await _history.LoadAsync();
        if (_entry is not { State: TaskState.Active, OccurrenceGuarantee: RunGuarantee.AtMostOnce } entry
            || LossesInARow.Count(_history.NewestFirst(null), entry.UpdatedAt) is var losses && losses < LostAttempts.Most(entry.EffectiveOptions))
        {
            return;
        }

        await PauseAsync($"{losses} times in a row the silo of an occurrence was lost: its handler may end the process that it runs in ({nameof(TaskOptions.MaxLosses)}).", by: "OrleansTasks");
        LogPausedForLosses(_log, _name, losses);
    }

    [LoggerMessage(353, LogLevel.Debug, "{Task}: the occurrence at {Due:O} is skipped, an earlier one is still under way.")]
    private static partial void LogSkipped(ILogger logger, string task, DateTimeOffset due);

    [LoggerMessage(354, LogLevel.Warning, "{Task} is paused: {Count} occurrences in a row failed, the last one with: {Error}")]
    private static partial void LogPaused(ILogger logger, string task, int count, string? error);

    [LoggerMessage(358, LogLevel.Error, "{Task} is paused: {Count} times in a row the silo of an occurrence was lost. Its handler may end the process that it runs in (MaxLosses); resume it when that is mended.")]
    private static partial void LogPausedForLosses(ILogger logger, string task, int count);
}
