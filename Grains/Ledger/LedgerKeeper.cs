using Microsoft.Extensions.Logging;
using OrleansTasks.Clocks;
using OrleansTasks.Records;
using OrleansTasks.Running;

namespace OrleansTasks.Ledger;

/// <summary>
/// Keeps a task's ledger while its grain is active: collects what the grain says of occurrences, and takes it in now and then. What was fired
/// is in the history of results too, so that the ledger is not written for each of those.
/// </summary>
internal sealed partial class LedgerKeeper(string task, LedgerFile file, GrainClock clock, Background background, ILogger log)
{
    private static readonly TimeSpan ShortStretch = TimeSpan.FromMinutes(1);
    private readonly LedgerNotes _notes = new();
    private readonly List<LedgerPlan> _plans = [];
    private OccurrenceLedger? _ledger;
    private Task _working = Task.CompletedTask;
    private bool _tookIn;
    private bool _mustWrite;

    // Since the last write: occurrences of which only the history tells, and results that may have taken others' places there.
    private long _told;
    private long _results;

    /// <summary>Whether there is something to be taken in, or to be written, that is not to wait: what the history has may, as long as it surely keeps that.</summary>
    /// <param name="kept">How many results the history keeps.</param>
    /// <param name="leaving">Whether this activation writes for the last time.</param>
    public bool IsDue(int kept, bool leaving) => _notes.HasUntold || MustWrite || _plans.Count > 1
        || ((_notes.HasAny || _told > 0) && (leaving || !_tookIn || _results > MostUnwritten(kept)));

    /// <summary>Whether there is something that would be forgotten if it were not written, or may have been.</summary>
    public bool MustWrite => _mustWrite || file.IsSuspect;

    /// <summary>Where a ledger begins whose record is missing: what it held of earlier instants is lost.</summary>
    public DateTimeOffset? BeginsAnew { get; set; }

    /// <summary>Is told when the record was read and is missing, or older than it was.</summary>
    public Action<LedgerLoss>? OnLost { get; set; }

    /// <summary>Occurrences before this instant are in no ledger: the cluster kept none then.</summary>
    public DateTimeOffset Floor { get; set; }

    /// <summary>Whether there is, or was, anything to keep a ledger of.</summary>
    public bool HasPlan => _plans.Count > 0;

    private LedgerPlan? Present => _plans.Count > 0 ? _plans[^1] : null;

    /// <summary>Notes what came of an occurrence.</summary>
    public void Note(DateTimeOffset occurrence, OccurrenceNote note) => _notes.Add(KeyOf(occurrence), note);

    /// <summary>Notes what came of all occurrences between two instants of which nothing else is known.</summary>
    public void Note(OccurrenceSpan span) => _notes.Add(span);

    /// <summary>Notes that the history has one more result, of whatever trigger.</summary>
    public void NoteResult() => _results++;

    /// <summary>Notes that runs of occurrences are stored, of which this activation may hear much later.</summary>
    public void NoteStored(IEnumerable<DateTimeOffset> occurrences) => _notes.Expect(occurrences.Select(KeyOf));

    /// <summary>Notes which registration holds.</summary>
    /// <param name="entry">The registration.</param>
    /// <param name="taken">The last occurrence that was taken under the one before; null if none was.</param>
    public void Plan(TaskEntry entry, DateTimeOffset? taken)
    {
        if (Present is not { } before)
        {
            _plans.Add(new LedgerPlan(entry));
        }
        else if (before.IsSame(entry))
        {
            _plans[^1] = before with { Entry = entry };
        }
        else
        {
            var next = new LedgerPlan(entry);
            _plans[^1] = before with { Until = next.Since };
            _plans.Add(next);
            var reason = entry.State switch { TaskState.Paused => OutcomeReason.Paused, TaskState.Cancelled => OutcomeReason.Cancelled, _ => OutcomeReason.Changed };
            if (taken is { } last && before.Entry.Fires)
            {
                Note(new OccurrenceSpan(last.AddTicks(1), next.Since, OccurrenceOutcome.Skipped, reason));
            }

            _mustWrite = true;
        }
    }

    /// <summary>Whether it is known what came of an occurrence, as far as that was written or said.</summary>
    public async Task<bool> IsAccountedAsync(DateTimeOffset occurrence)
    {
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await LoadAsync();
        return _notes.Has(occurrence)
            || (_ledger is { } ledger && occurrence <= ledger.Through && !ledger.Open.Contains(occurrence)
                && ledger.Ranges.Any(r => r.From <= occurrence && occurrence <= r.To && r.Reason != OutcomeReason.OwnerLost));
    }

    /// <summary>Takes in what is known up to an instant.</summary>
    /// <param name="through">The instant; null: only what earlier registrations had planned.</param>
    /// <param name="limit">Nothing is taken in that is later than this, whichever registration planned it; null: no such limit.</param>
    /// <param name="open">Occurrences of which the grain will still say something.</param>
    /// <param name="results">The results that are kept, the newest first.</param>
    public Task AdvanceAsync(DateTimeOffset? through, DateTimeOffset? limit, Func<IEnumerable<DateTimeOffset>> open, Func<IEnumerable<TaskResult>> results)
    {
        return _working = AfterAsync(_working);

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (_plans.Count == 0)
            {
                return;
            }

            await LoadAsync();
            if (clock.IsAhead(_ledger!.Through))
            {
                // It was written while the clock was ahead. What it says of later instants is not so any more.
                _ledger.GoBack(clock.Now);
                _notes.LookAgain();
                _mustWrite = true;
            }

            await TakeInAsync(through, limit, [.. open().Select(KeyOf), .. _notes.Expected], results());
        }
    }

    /// <summary>Writes the ledger, if it has what would otherwise be forgotten.</summary>
    /// <param name="confirm">Makes sure that the task is this activation's: a record that was read may be newer than what this one knows.</param>
    /// <param name="kept">How many results the history keeps.</param>
    /// <param name="leaving">Whether this activation writes for the last time.</param>
    public Task WriteAsync(Func<Task> confirm, int kept, bool leaving)
    {
        return _working = AfterAsync(_working);

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (_ledger is { } ledger && _plans.Count > 0 && (MustWrite || MayBeForgotten(kept, leaving)))
            {
                await WriteNowAsync(ledger, confirm, kept, leaving);
            }
        }
    }

    /// <summary>
    /// Whether the history may soon not tell any more what the stored ledger lacks. The next owner learns what of its own task's occurrences the history has, but
    /// not how many results of other runs will follow.
    /// </summary>
    private bool MayBeForgotten(int kept, bool leaving) => _told > 0 && _results > (leaving && _results > _told ? 0 : MostUnwritten(kept));

    private static int MostUnwritten(int kept) => Math.Min(50, kept / 2);

    private async Task WriteNowAsync(OccurrenceLedger ledger, Func<Task> confirm, int kept, bool leaving)
    {
        var isChanged = _mustWrite || MayBeForgotten(kept, leaving);
        try
        {
            await file.WriteAsync(confirm, Take, isChanged);
        }
        catch
        {
            _mustWrite |= isChanged;
            throw;
        }

        StoredLedger Take()
        {
            (_mustWrite, _told, _results) = (false, 0, 0);
            return StoredLedger.Of(ledger, _plans[0]);
        }
    }

    public async Task ForgetAsync()
    {
        await file.ClearAsync();
        (_ledger, _mustWrite, _told, _results) = (null, false, 0, 0);
        _plans.Clear();
        _notes.Clear();
    }

    /// <summary>The ledger as it stands, once it was taken in up to the present.</summary>
    public TaskLedger Describe(LedgerQuery query, DateTimeOffset now) =>
        _ledger is { } ledger ? LedgerAnswers.Describe(task, ledger, _plans, query, now) : new TaskLedger { Task = task };

    private async Task TakeInAsync(DateTimeOffset? through, DateTimeOffset? limit, HashSet<DateTimeOffset> open, IEnumerable<TaskResult> results)
    {
        var ledger = _ledger!;
        var (said, notes, others) = _notes.With(results, KeyOf, !_tookIn || ledger.Open.Count > 0);
        foreach (var (occurrence, note) in said.Where(n => n.Key <= ledger.Through))
        {
            Settle(occurrence, note);
        }

        foreach (var (occurrence, note) in notes.Where(n => n.Value.Outcome == OccurrenceOutcome.Fired && n.Key <= ledger.Through))
        {
            _mustWrite |= _plans.Exists(p => ledger.Correct(occurrence, note, p));
        }

        foreach (var occurrence in ledger.Open.Where(o => !open.Contains(o)).ToList())
        {
            if (notes.TryGetValue(occurrence, out var note) || occurrence <= through)
            {
                Settle(occurrence, notes.TryGetValue(occurrence, out note) ? note : new(OccurrenceOutcome.Missed, OutcomeReason.OwnerLost));
            }
        }

        var plans = _plans.Select(p => (Plan: p, Until: p.Until ?? through)).Select(p => (p.Plan, Until: p.Until > limit ? limit : p.Until)).Where(p => p.Until is not null).ToList();
        if (plans.Count > 0)
        {
            // What happens only once is open until something is said of it.
            var once = plans.Where(p => p.Plan.Until is null).Select(p => p.Plan.Once).OfType<DateTimeOffset>();
            var facts = new LedgerFacts(notes, open.Concat(once).Where(o => !notes.ContainsKey(o)), [.. _notes.Spans]);
            var isLong = plans[^1].Until - ledger.Through > ShortStretch;
            var (untold, told) = isLong ? await background.RunAsync(() => Advance(ledger, plans!, facts)) : Advance(ledger, plans!, facts);
            _mustWrite |= untold > 0;
            _told += told;
            if (!_tookIn)
            {
                // Of what an earlier activation had, and not written: it is not known how soon the history drops it.
                _results = others ? long.MaxValue / 2 : Math.Max(_results, told);
            }

            _tookIn = true;
        }

        _notes.Remove(said, ledger.Through);
        _plans.RemoveAll(p => p.Until <= ledger.Through && p.Until is not null);

        void Settle(DateTimeOffset occurrence, OccurrenceNote note)
        {
            var isNew = ledger.Settle(occurrence, note);
            _told += isNew && note.Outcome == OccurrenceOutcome.Fired ? 1 : 0;
            _mustWrite |= isNew && note.Outcome != OccurrenceOutcome.Fired;
        }
    }

    private static (long Untold, long Told) Advance(OccurrenceLedger ledger, List<(LedgerPlan Plan, DateTimeOffset? Until)> plans, LedgerFacts facts)
    {
        var (untold, told) = (0L, 0L);
        foreach (var (plan, until) in plans)
        {
            var (more, moreTold) = ledger.Advance(plan, until!.Value, facts);
            (untold, told) = (untold + more, told + moreTold);
        }

        return (untold, told);
    }

    private async Task LoadAsync()
    {
        if (_ledger is not null || Present is null)
        {
            return;
        }

        var (stored, number) = await file.ReadAsync();
        if (_ledger is not null)
        {
            return;
        }

        var first = _plans[0];
        var since = first.Entry.Anchor > Floor ? first.Entry.Anchor : Floor;
        _ledger = stored?.ToLedger() ?? new OccurrenceLedger(file.Recorded > 0 && BeginsAnew > since ? BeginsAnew.Value : since);
        NoteLoss(number);
        LogLoaded(log, task, _ledger.Through, _ledger.Ranges.Count);
        if (stored is not null && new LedgerPlan(stored.Plan.With(first.Entry.Calendars), first.Since) is var plan && !plan.IsSame(first.Entry))
        {
            _plans.Insert(0, plan);
        }
    }

    private void NoteLoss(long? number)
    {
        if (LedgerLoss.Find(number, file.Recorded, _ledger!.Through) is { } loss)
        {
            // The record has the next number from now on: it is told once.
            _mustWrite = true;
            OnLost?.Invoke(loss);
        }
    }

    /// <summary>An occurrence as it was planned: the run of a schedule that has only one may be for another instant, as after a pause.</summary>
    private DateTimeOffset KeyOf(DateTimeOffset occurrence) => Present?.Once ?? occurrence;

    /// <summary>The same of a result, which may be of a time when the same task had another schedule.</summary>
    private DateTimeOffset KeyOf(TaskResult result) => result.FinishedAt >= Present?.Since ? KeyOf(result.ScheduledAt) : result.ScheduledAt;

    [LoggerMessage(371, LogLevel.Debug, "The ledger of {Task} was read: through {Through:O}, {Ranges} ranges.")]
    private static partial void LogLoaded(ILogger logger, string task, DateTimeOffset through, int ranges);
}
