namespace OrleansTasks;

/// <content>The ledger: what came of every instant that the schedule had planned.</content>
internal sealed partial class TaskGrain
{
    private DateTimeOffset? _stoppedFrom;

    public async Task<TaskLedger> LedgerAsync(LedgerQuery? query = null)
    {
        query ??= new LedgerQuery();
        if (query.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(_name, faults);
        }

        await EnsureAttachedAsync();
        if (_entry is null)
        {
            DeactivateOnIdle();
            throw new TaskNotFoundException(_name);
        }

        await TakeIntoLedgerAsync();
        return _ledger.Describe(query, Now);
    }

    /// <summary>Why an occurrence that was taken does not become a run.</summary>
    private OutcomeReason WhyNotFiring => !_started ? OutcomeReason.Stopped
        : _entry?.State switch { TaskState.Paused => OutcomeReason.Paused, TaskState.Cancelled or null => OutcomeReason.Cancelled, _ => OutcomeReason.Changed };

    /// <summary>The instant up to which every occurrence was looked at, or is to be looked at by nobody; null if that is not known.</summary>
    private DateTimeOffset? AccountedThrough
    {
        get
        {
            if (_entry is not { Fires: true, OccursOnce: false } entry || !_started)
            {
                return Now;
            }

            // What a pause leaves out until it ends by itself is given to nobody.
            var pause = entry is { State: TaskState.Paused, PausedUntil: { } end } ? (Now < end ? Now : end.AddTicks(-1)) : (DateTimeOffset?)null;
            return pause > _book.Taken || _book.Taken is null ? pause : _book.Taken;
        }
    }

    /// <summary>The instant after which it is to be decided at the end of a pause what is made up for; null if there is none.</summary>
    private DateTimeOffset? UndecidedFrom => _entry is null ? null : _entry.CatchUpFrom ?? (_entry.PauseCatchesUp ? _entry.PausedAt : null);

    private void PlanLedger(Briefing briefing, bool stopped)
    {
        _ledger.Floor = briefing.LedgerFloor;
        _ledger.NoteStored(briefing.StoredOccurrences);
        PlanLedger(_entry);
        if (_entry?.Schedule is null)
        {
            return;
        }

        if (stopped)
        {
            // What was due just then, and was not taken any more, belongs to the stop.
            _stoppedFrom = _book.Taken?.AddTicks(1);
            FlushSoon();
        }

        var from = _stoppedFrom < briefing.StoppedAt || briefing.StoppedAt is null ? _stoppedFrom : briefing.StoppedAt;
        _ledger.Note(new OccurrenceSpan(
            from ?? DateTimeOffset.MinValue, briefing.Started ? briefing.StartedAt.AddTicks(-1) : DateTimeOffset.MaxValue, OccurrenceOutcome.Skipped, OutcomeReason.Stopped));
        _stoppedFrom = briefing.Started ? null : _stoppedFrom;
    }

    private void PlanLedger(TaskEntry? entry)
    {
        if (entry is not null && (entry.Schedule is not null || _ledger.HasPlan))
        {
            _ledger.Plan(entry, _book.Taken);
            if (_ledger.MustWrite)
            {
                FlushSoon();
            }
        }
    }

    private void AccountFor(TaskResult result)
    {
        if (result.Trigger == RunTrigger.Schedule)
        {
            Account(result.ScheduledAt, OccurrenceNote.Of(result));
        }
    }

    private void NoteSkipped(DateTimeOffset occurrence, OutcomeReason reason)
    {
        Account(occurrence, new(OccurrenceOutcome.Skipped, reason));
        Tell(TaskEventKind.OccurrenceSkipped, e => e with { ScheduledAt = occurrence, Reason = reason });
    }

    private void NoteMissed(DateTimeOffset occurrence, OutcomeReason reason)
    {
        Account(occurrence, new(OccurrenceOutcome.Missed, reason));
        Tell(TaskEventKind.OccurrenceMissed, e => e with { ScheduledAt = occurrence, Reason = reason });
    }

    private void NoteMissed(DateTimeOffset from, DateTimeOffset until)
    {
        _ledger.Note(new OccurrenceSpan(from, until, OccurrenceOutcome.Missed, OutcomeReason.Outage));
        Tell(TaskEventKind.OccurrenceMissed, e => e with { ScheduledAt = from, Until = until, Reason = OutcomeReason.Outage });
        FlushSoon();
    }

    private void Account(DateTimeOffset occurrence, OccurrenceNote note)
    {
        _ledger.Note(occurrence, note);
        FlushSoon();
    }

    private async Task TakeIntoLedgerAsync()
    {
        await _history.LoadAsync();
        await _ledger.AdvanceAsync(AccountedThrough, UndecidedFrom, UnsettledOccurrences, () => [.. _history.NewestFirst(null)]);
    }

    private async Task WriteLedgerAsync()
    {
        var kept = Options.HistoryAge is null ? Options.HistoryLength : 0;
        if (_ledger.HasPlan && _ledger.IsDue(kept, _leaving))
        {
            await TakeIntoLedgerAsync();
            await _ledger.WriteAsync(ConfirmOwnerAsync, kept, _leaving);
        }
    }

    private IEnumerable<DateTimeOffset> UnsettledOccurrences() =>
        _book.Unsettled.Concat(_runs.Values.Where(r => r.Trigger == RunTrigger.Schedule).Select(r => r.ScheduledAt));

    private Task ConfirmOwnerAsync() => OnPartitionAsync((p, epoch) => p.ReserveAsync(_name, epoch, 0));
}
