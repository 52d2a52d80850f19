using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>
/// Occurrences become runs. Where they may not be repeated, the partition notes it before they start: whoever takes over starts none of
/// those, and all others.
/// </content>
internal sealed partial class TaskGrain
{
    // An occurrence that is later than this is started only after the partition has said that this activation still owns the task.
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(1);
    private const int LostReports = 1000;
    private readonly OccurrenceBook _book = new();
    private readonly Queue<ActiveRun> _toClaim = new();
    private Task _claiming = Task.CompletedTask;
    private DateTimeOffset _tookOver;

    // Until what earlier activations lost is stored, this one starts nothing that may end its silo too.
    private Task _reportingLost = Task.CompletedTask;

    /// <summary>Takes up what earlier activations left: what they had started and nobody has any more is lost.</summary>
    private void TakeOverOccurrences(Briefing briefing)
    {
        _tookOver = Now;
        _book.Take(briefing.Settled);
        if (_entry is { Schedule: not null, OccurrenceGuarantee: RunGuarantee.AtMostOnce } && briefing.Claimed is { } claimed && !(briefing.Settled >= claimed))
        {
            // Occurrences that are taken meanwhile do not settle those.
            _book.Hold(briefing.Settled ?? claimed.AddTicks(-1));
            var (before, now) = (_reportingLost, Now);
            _reportingLost = ReportAsync();

            async Task ReportAsync()
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                List<Task> lost = [];
                var isReported = await TryUntilDoneAsync(() => ReportLostOccurrencesAsync(briefing.Settled, claimed, now, lost));
                _book.Release();
                if (isReported && lost.Count > 0)
                {
                    await Task.WhenAll(lost);
                    await FlushHistoryAsync();
                    await UntilDoneAsync(PauseIfLosingAsync);
                }
            }
        }
    }

    private async Task ReportLostOccurrencesAsync(DateTimeOffset? settled, DateTimeOffset claimed, DateTimeOffset now, List<Task> lost)
    {
        await _history.LoadAsync();
        if (_entry is not { OccursOnce: false, ResolvedOrNull: { } schedule })
        {
            return;
        }

        var due = Next(settled ?? claimed.AddTicks(-1));
        for (var n = 0; n < LostReports && due is { } instant && instant <= claimed; n++)
        {
            // One that is stored waits for another attempt.
            var id = RunId.Of(_name, instant);
            if (!_runs.ContainsKey(id.Value) && _history.Find(id.Value) is null && !await _ledger.IsAccountedAsync(instant) && !await IsStoredAsync(id))
            {
                var run = new ActiveRun { Facts = RunFactory.Occurrence(_entry, instant), Attempt = 1 };
                _runs[id.Value] = run;
                _book.Open(id.Value, instant);
                lost.Add(WaitForAsync(run));
                End(run, Lost(run) with { FinishedAt = now });
            }

            due = Next(instant);
        }

        _book.Take(claimed);

        DateTimeOffset? Next(DateTimeOffset after)
        {
            try
            {
                return schedule.NextAfter(after);
            }
            catch (Exception e) when (e is ScheduleTooExpensiveException or InvalidTaskException)
            {
                // What it costs to find them is not paid again and again: they are left out.
                return null;
            }
        }
    }

    private async Task<bool> IsStoredAsync(RunId run) => (await _partition.FindRunAsync(run).WaitAsync(PartitionPatience, _pauses))?.RunId == run;

    private void Fire(DateTimeOffset due, RunId id)
    {
        if (_runs.ContainsKey(id.Value))
        {
            // An earlier activation has started it.
            return;
        }

        if (_cluster.SilosWith(_entry!.Handler).IsEmpty)
        {
            if (!_saidHandlerMissing)
            {
                LogNoHandler(_log, _name, _entry.Handler);
                _saidHandlerMissing = true;
            }

            NoteMissed(due, OutcomeReason.NoHandler);
            _book.Close(id.Value);
            return;
        }

        _saidHandlerMissing = false;
        PassGate(new ActiveRun { Facts = RunFactory.Occurrence(_entry, due), DueAt = due });
    }

    /// <summary>Starts the run of an occurrence that may start.</summary>
    private void StartOccurrence(ActiveRun run)
    {
        if (!run.Stored && (run.Guarantee == RunGuarantee.AtMostOnce || run.ScheduledAt <= _tookOver || Now - run.ScheduledAt > Suspicious))
        {
            Claim(run);
        }
        else
        {
            Begin(run);
        }
    }

    private void Claim(ActiveRun run)
    {
        _runs[run.RunId.Value] = run;
        run.Move(RunEvent.Claim);
        _toClaim.Enqueue(run);
        KeepHouse();
        if (_claiming.IsCompleted)
        {
            _claiming = ClaimAsync();
        }
    }

    /// <summary>Has the partition note that runs start, together those that become due meanwhile, and starts them.</summary>
    private async Task ClaimAsync()
    {
        await _reportingLost.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        while (_toClaim.Count > 0 && !_left)
        {
            var batch = _toClaim.ToList();
            DateTimeOffset? others = null;
            await UntilDoneAsync(async () =>
            {
                // The clock may have been put back, and all of them been given up.
                if (_toClaim.TryPeek(out var next) && next == batch[0])
                {
                    others = await AttachedAsync(epoch => _claims.ClaimAsync(new OccurrenceClaim(_name, epoch, batch[^1].ScheduledAt, _book.Settled)));
                }
            });
            foreach (var run in batch)
            {
                if (_left || !_toClaim.TryPeek(out var first) || first != run)
                {
                    return;
                }

                await StartClaimedAsync(run, others);
                if (!_left)
                {
                    _toClaim.Dequeue();
                }
            }
        }
    }

    private async Task StartClaimedAsync(ActiveRun run, DateTimeOffset? others)
    {
        var isMade = run.ScheduledAt <= others;
        if (run.Guarantee == RunGuarantee.AtLeastOnce)
        {
            // Whoever owns the task may make it again, unless its outcome is known.
            isMade = false;
            if (run.ScheduledAt <= _tookOver)
            {
                await UntilDoneAsync(async () => isMade = await FindResultAsync(run.RunId.Value) is not null || await IsStoredAsync(run.RunId));
            }
        }

        if (!isMade && run.ScheduledAt <= _tookOver)
        {
            // One that an earlier activation has left out, and lived to write that down, stays left out.
            await UntilDoneAsync(async () => isMade = await _ledger.IsAccountedAsync(run.ScheduledAt));
        }

        if (run.Phase != RunPhase.Claiming)
        {
            // It has ended meanwhile, or an earlier attempt of it has spoken: then more is known of it than its claim tells.
            return;
        }

        if (isMade && run.Guarantee == RunGuarantee.AtMostOnce && run.ScheduledAt <= others)
        {
            await UntilDoneAsync(() => LoseUnlessKnownAsync(run));
        }
        else if (isMade)
        {
            // Another activation has made it.
            Forget(run);
        }
        else if (run.Guarantee == RunGuarantee.AtLeastOnce && run.ScheduledAt <= others)
        {
            // Another activation has begun it, and was lost with it.
            run.Attempt = 1;
            LoseAttempt(run);
        }
        else if (Now - run.DueAt > MisfireThreshold)
        {
            // Storage did not answer for so long.
            LogMissed(_log, _name, run.ScheduledAt, Now - run.DueAt);
            NoteMissed(run.ScheduledAt, OutcomeReason.Outage);
            Forget(run);
        }
        else if (!(_started && IsAdmitted(run) && _entry!.FiresAt(run.ScheduledAt)))
        {
            // Paused, cancelled or stopped while that was noted.
            NoteSkipped(run.ScheduledAt, WhyNotFiring);
            Forget(run);
        }
        else
        {
            run.Move(RunEvent.Granted);
            Begin(run);
        }
    }

    /// <summary>
    /// Ends a run that another activation has claimed, and may have begun or not: of two that were attached in turn, neither may have told what came of it. If the other one tells it
    /// all the same, that result stands too.
    /// </summary>
    private async Task LoseUnlessKnownAsync(ActiveRun run)
    {
        // What a silo has of it is adopted in its place.
        _runs.Remove(run.RunId.Value);
        await AdoptOrphansAsync();
        if (_runs.ContainsKey(run.RunId.Value))
        {
            StartQueued();
        }
        else if (await FindResultAsync(run.RunId.Value) is not null || await _ledger.IsAccountedAsync(run.ScheduledAt) || await IsStoredAsync(run.RunId))
        {
            Forget(run);
        }
        else if (_runs.TryAdd(run.RunId.Value, run))
        {
            run.Attempt = 1;
            End(run, Lost(run));
        }
    }

    private void Forget(ActiveRun run)
    {
        _runs.Remove(run.RunId.Value);
        _book.Close(run.RunId.Value);
        StartQueued();
    }

    /// <summary>Tells the partition up to which occurrences all is stored, if nothing else will soon.</summary>
    private async Task SettleOccurrencesAsync()
    {
        if (_book.Settled is { } settled && _entry is not null && (!_awake || _entry.OccurrenceGuarantee == RunGuarantee.AtLeastOnce))
        {
            await OnPartitionAsync((p, epoch) => p.SettleAsync(_name, epoch, settled));
        }
    }

    [LoggerMessage(352, LogLevel.Warning, "{Task} does not fire: no silo has the handler '{Handler}'.")]
    private static partial void LogNoHandler(ILogger logger, string task, string handler);
}
