using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Ledger;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Keeps the accounts of a task: it passes the outcome of every planned instant to the ledger and to subscribers.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="ledger">The ledger.</param>
/// <param name="file">The ledger's record.</param>
/// <param name="history">The history.</param>
/// <param name="signals">Is told when there is more to write.</param>
internal sealed class TaskAccounts(TaskContext context, LedgerKeeper ledger, LedgerFile file, TaskHistory history, ITaskSignals signals)
    : TaskPart(context)
{
    private const int MostCounted = 1000;
    private const long MostSteps = 5_000;
    private DateTimeOffset? _stoppedFrom;

    /// <summary>Gets whether the ledger has to be written.</summary>
    public bool MustWrite => ledger.MustWrite;

    /// <summary>Gets the number of the last write of the ledger; 0 if it is not known.</summary>
    public long Number => file.Number;

    /// <summary>Gets the instant up to which every occurrence was considered, or never will be; null if that is not known.</summary>
    private DateTimeOffset? AccountedThrough
    {
        get
        {
            if (Known.Entry is not { Fires: true, OccursOnce: false } entry || !Known.IsStarted)
            {
                return Clock.Now;
            }

            // Nobody receives the occurrences that a pause skips until it ends by itself.
            var pause = entry is { State: TaskState.Paused, PausedUntil: { } end }
                ? (Clock.Now < end ? Clock.Now : end.AddTicks(-1))
                : (DateTimeOffset?)null;
            return pause > Book.Taken || Book.Taken is null ? pause : Book.Taken;
        }
    }

    /// <summary>Gets the instant after which the end of a pause decides what is made up for; null if there is none.</summary>
    private DateTimeOffset? UndecidedFrom =>
        Known.Entry is not { } entry ? null : entry.CatchUpFrom ?? (entry.PauseCatchesUp ? entry.PausedAt : null);

    /// <summary>Reads from the first briefing how far the ledger had come.</summary>
    public void Begin(Briefing briefing)
    {
        file.Recorded = briefing.Marks.Ledger;
        ledger.BeginsAnew = briefing.Settled ?? Clock.Now;
        ledger.OnLost = loss =>
            Say(log => LogLedgerLost(log, Known.Name, LossTexts.Of(loss)), TaskEventKind.StorageLost, LossTexts.Of(loss));
        file.OnWentBack = () =>
            Say(log => LogWentBack(log, Known.Name, LossTexts.LedgerWentBack), TaskEventKind.StorageWentBack, LossTexts.LedgerWentBack);
    }

    /// <summary>Stops relying on storage to have the ledger as it was written.</summary>
    public void Suspect() => file.Suspect();

    /// <summary>Applies what a briefing says about the schedule, about stored occurrences and about stops.</summary>
    public void Plan(Briefing briefing, bool isStopped)
    {
        ledger.Floor = briefing.LedgerFloor;
        ledger.NoteStored(briefing.StoredOccurrences);
        PlanSchedule();
        if (Known.Entry?.Schedule is null)
        {
            return;
        }

        if (isStopped)
        {
            // An occurrence that was due at that moment and was not taken any more belongs to the stop.
            _stoppedFrom = Book.Taken?.AddTicks(1);
            signals.OnToWrite();
        }

        var from = _stoppedFrom < briefing.StoppedAt || briefing.StoppedAt is null ? _stoppedFrom : briefing.StoppedAt;
        ledger.Note(new OccurrenceSpan(
            from ?? DateTimeOffset.MinValue, briefing.Started ? briefing.StartedAt.AddTicks(-1) : DateTimeOffset.MaxValue,
            OccurrenceOutcome.Skipped, OutcomeReason.Stopped));
        _stoppedFrom = briefing.Started ? null : _stoppedFrom;
    }

    /// <summary>Applies the schedule as it is registered now.</summary>
    public void PlanSchedule()
    {
        if (Known.Entry is { } entry && (entry.Schedule is not null || ledger.HasPlan))
        {
            ledger.Plan(entry, Book.Taken);
            if (ledger.MustWrite)
            {
                signals.OnToWrite();
            }
        }
    }

    /// <summary>Accounts for an occurrence whose run has ended.</summary>
    public void NoteEnded(TaskResult result)
    {
        if (result.Trigger == RunTrigger.Schedule)
        {
            Note(result.ScheduledAt, OccurrenceNote.Of(result));
        }
    }

    /// <summary>Counts a result towards the next write.</summary>
    public void NoteResult() => ledger.NoteResult();

    /// <summary>Accounts for occurrences whose runs were stored.</summary>
    public void NoteStored(IEnumerable<DateTimeOffset> occurrences) => ledger.NoteStored(occurrences);

    public void NoteSkipped(DateTimeOffset occurrence, OutcomeReason reason)
    {
        Note(occurrence, new(OccurrenceOutcome.Skipped, reason));
        Silo.Metrics.NoteSkipped(Known.Name, reason);
        Teller.Tell(TaskEventKind.OccurrenceSkipped, e => e with { ScheduledAt = occurrence, Reason = reason });
    }

    public void NoteMissed(DateTimeOffset occurrence, OutcomeReason reason)
    {
        Note(occurrence, new(OccurrenceOutcome.Missed, reason));
        Silo.Metrics.NoteMissed(Known.Name, reason);
        Teller.Tell(TaskEventKind.OccurrenceMissed, e => e with { ScheduledAt = occurrence, Reason = reason });
    }

    public void NoteMissed(MissedOccurrences missed)
    {
        ledger.Note(new OccurrenceSpan(missed.First, missed.Until, OccurrenceOutcome.Missed, OutcomeReason.Outage));
        Teller.Tell(TaskEventKind.OccurrenceMissed,
            e => e with { ScheduledAt = missed.First, Until = missed.Until, Reason = OutcomeReason.Outage });
        signals.OnToWrite();
        if (Silo.Metrics.WatchesMissed)
        {
            Silo.Metrics.NoteMissed(Known.Name, OutcomeReason.Outage, CountOf(missed));
        }
    }

    /// <summary>Returns whether the outcome of an occurrence is recorded.</summary>
    public Task<bool> IsAccountedAsync(DateTimeOffset occurrence) => ledger.IsAccountedAsync(occurrence);

    /// <summary>Returns the ledger for a query.</summary>
    public async Task<TaskLedger> DescribeAsync(LedgerQuery query)
    {
        await AdvanceAsync();
        return ledger.Describe(query, Clock.Now);
    }

    /// <summary>Writes the ledger if it is due.</summary>
    /// <param name="confirm">Makes sure that this activation still owns the task.</param>
    /// <param name="isLeaving">Whether this is the last chance.</param>
    public async Task WriteAsync(Func<Task> confirm, bool isLeaving)
    {
        var kept = Known.Options.HistoryAge is null ? Known.Options.HistoryLength : 0;
        if (ledger.HasPlan && ledger.IsDue(kept, isLeaving))
        {
            await AdvanceAsync();
            await ledger.WriteAsync(confirm, kept, isLeaving);
        }
    }

    public Task ForgetAsync() => ledger.ForgetAsync();

    /// <summary>
    /// Returns how many occurrences were missed, up to a limit and within a small amount of work. The ledger has all of them.
    /// </summary>
    private int CountOf(MissedOccurrences missed)
    {
        var count = 1;
        var steps = MostSteps;
        var at = missed.First;
        while (count < MostCounted && Known.Entry is { } entry && entry.TryNextAfter(at, ref steps, out var next) && next <= missed.Until)
        {
            at = next.Value;
            count++;
        }

        return count;
    }

    private void Note(DateTimeOffset occurrence, OccurrenceNote note)
    {
        ledger.Note(occurrence, note);
        signals.OnToWrite();
    }

    private void Say(Action<ILogger> say, TaskEventKind kind, string note)
    {
        say(Silo.Log);
        Teller.Tell(kind, e => e with { Note = note });
        signals.OnToWrite();
    }

    private async Task AdvanceAsync()
    {
        await history.LoadAsync();
        await ledger.AdvanceAsync(AccountedThrough, UndecidedFrom, Unsettled, () => history.NewestFirst(null));
    }

    private IEnumerable<DateTimeOffset> Unsettled() =>
        Book.Unsettled.Concat(Runs.All.Where(r => r.Trigger == RunTrigger.Schedule).Select(r => r.ScheduledAt));
}
