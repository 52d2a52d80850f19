using Microsoft.Extensions.Logging;
using OrleansTasks.Clocks;
using OrleansTasks.Records;
using OrleansTasks.Running;

namespace OrleansTasks.Ledger;

/// <summary>
/// Keeps a task's ledger while its grain is active. It collects what the grain reports about occurrences, and advances the ledger from time
/// to time. The history of results contains the fired occurrences too, so that the ledger does not have to be written for each of those.
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

    // Since the last write: the occurrences that only the history contains, and the results that may have displaced others there.
    private long _told;
    private long _results;

    /// <summary>
    /// Returns whether the ledger has to be advanced or written now. What the history contains may wait, as long as the history certainly
    /// keeps it.
    /// </summary>
    /// <param name="kept">The number of results that the history keeps.</param>
    /// <param name="leaving">Whether this is the last write of this activation.</param>
    public bool IsDue(int kept, bool leaving) => _notes.HasUntold || MustWrite || _plans.Count > 1
        || ((_notes.HasAny || _told > 0) && (leaving || !_tookIn || _results > MostUnwritten(kept)));

    /// <summary>Gets whether something would be lost, or may have been lost, if the ledger were not written.</summary>
    public bool MustWrite => _mustWrite || file.IsSuspect;

    /// <summary>Gets or sets where a ledger starts if its record is missing. What it contained about earlier instants is lost.</summary>
    public DateTimeOffset? BeginsAnew { get; set; }

    /// <summary>Gets or sets the callback for a record that is missing, or older than it was.</summary>
    public Action<LedgerLoss>? OnLost { get; set; }

    /// <summary>Gets or sets the instant before which no ledger exists, because the cluster kept none then.</summary>
    public DateTimeOffset Floor { get; set; }

    /// <summary>Gets whether there is, or was, a schedule to keep a ledger of.</summary>
    public bool HasPlan => _plans.Count > 0;

    private LedgerPlan? Present => _plans.Count > 0 ? _plans[^1] : null;

    /// <summary>Records the outcome of an occurrence.</summary>
    public void Note(DateTimeOffset occurrence, OccurrenceNote note) => _notes.Add(KeyOf(occurrence), note);

    /// <summary>Records the outcome of all occurrences between two instants about which nothing else is known.</summary>
    public void Note(OccurrenceSpan span) => _notes.Add(span, _ledger?.Through);

    /// <summary>Records that the history has one more result, with any trigger.</summary>
    public void NoteResult() => _results++;

    /// <summary>Records that runs of occurrences are stored, whose outcomes this activation may receive much later.</summary>
    public void NoteStored(IEnumerable<DateTimeOffset> occurrences) => _notes.Expect(occurrences.Select(KeyOf));

    /// <summary>Sets the present registration.</summary>
    /// <param name="entry">The registration.</param>
    /// <param name="taken">The last occurrence that was taken under the previous registration; null if there is none.</param>
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
            var reason = entry.State switch
            {
                TaskState.Paused => OutcomeReason.Paused,
                TaskState.Cancelled => OutcomeReason.Cancelled,
                _ => OutcomeReason.Changed
            };
            if (taken is { } last && before.Entry.Fires)
            {
                Note(new OccurrenceSpan(last.AddTicks(1), next.Since, OccurrenceOutcome.Skipped, reason));
            }

            _mustWrite = true;
        }
    }

    /// <summary>Returns whether the outcome of an occurrence is known, as far as it was written or reported.</summary>
    public async Task<bool> IsAccountedAsync(DateTimeOffset occurrence)
    {
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await LoadAsync();
        return _notes.Has(occurrence)
            || (_ledger is { } ledger && occurrence <= ledger.Through && !ledger.Open.Contains(occurrence)
                && ledger.Ranges.Any(r => r.From <= occurrence && occurrence <= r.To && r.Reason != OutcomeReason.OwnerLost));
    }

    /// <summary>Advances the ledger with what is known up to an instant.</summary>
    /// <param name="through">The instant; null for only what earlier registrations had planned.</param>
    /// <param name="limit">The instant beyond which the ledger does not advance, whichever registration planned it; null for no such
    /// limit.</param>
    /// <param name="open">The occurrences about which the grain will still report.</param>
    /// <param name="results">The results in the history, the newest first.</param>
    public Task AdvanceAsync(DateTimeOffset? through, DateTimeOffset? limit, Func<IEnumerable<DateTimeOffset>> open,
        Func<IEnumerable<TaskResult>> results)
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
                // The record was written while the clock was ahead. What it says about later instants is wrong.
                _ledger.GoBack(clock.Now);
                _notes.LookAgain();
                _mustWrite = true;
            }

            await TakeInAsync(through, limit, [.. open().Select(KeyOf), .. _notes.Expected], results());
        }
    }

    /// <summary>Writes the ledger, if it contains what would otherwise be lost.</summary>
    /// <param name="confirm">Makes sure that this activation owns the task: a record that was read may be newer than what this activation
    /// knows.</param>
    /// <param name="kept">The number of results that the history keeps.</param>
    /// <param name="leaving">Whether this is the last write of this activation.</param>
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
    /// Returns whether the history may soon lose what the stored ledger lacks. The next owner learns which of its task's occurrences the
    /// history contains, but not how many results of other runs will follow.
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

    /// <summary>Returns the present view of the ledger, after it was advanced to the present.</summary>
    public TaskLedger Describe(LedgerQuery query, DateTimeOffset now) =>
        _ledger is { } ledger ? LedgerAnswers.Describe(task, ledger, _plans, query, now) : new TaskLedger { Task = task };

    private async Task TakeInAsync(DateTimeOffset? through, DateTimeOffset? limit, HashSet<DateTimeOffset> open,
        IEnumerable<TaskResult> results)
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

        var plans = _plans.Select(p => (Plan: p, Until: p.Until ?? through)).Select(p => (p.Plan, Until: p.Until > limit ? limit : p.Until))
            .Where(p => p.Until is not null).ToList();
        if (plans.Count > 0)
        {
            // The only occurrence of a schedule is open until something is reported about it.
            var once = plans.Where(p => p.Plan.Until is null).Select(p => p.Plan.Once).OfType<DateTimeOffset>();
            var facts = new LedgerFacts(notes, open.Concat(once).Where(o => !notes.ContainsKey(o)), [.. _notes.Spans]);
            var isLong = plans[^1].Until - ledger.Through > ShortStretch;
            var (untold, told) = isLong ? await background.RunAsync(() => Advance(ledger, plans!, facts)) : Advance(ledger, plans!, facts);
            _mustWrite |= untold > 0;
            _told += told;
            if (!_tookIn)
            {
                // An earlier activation had these and did not write them. It is unknown how soon the history drops them.
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

    private static (long Untold, long Told) Advance(OccurrenceLedger ledger, List<(LedgerPlan Plan, DateTimeOffset? Until)> plans,
        LedgerFacts facts)
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
        if (stored is not null && new LedgerPlan(stored.Plan.With(first.Entry.Calendars), first.Since) is var plan
            && !plan.IsSame(first.Entry))
        {
            _plans.Insert(0, plan);
        }
    }

    private void NoteLoss(long? number)
    {
        if (LedgerLoss.Find(number, file.Recorded, _ledger!.Through) is { } loss)
        {
            // The record has the next number from now on, so that the loss is reported once.
            _mustWrite = true;
            OnLost?.Invoke(loss);
        }
    }

    /// <summary>
    /// Returns the planned instant of an occurrence. The run of a schedule that has only one may be for another instant, for example after
    /// a pause.
    /// </summary>
    private DateTimeOffset KeyOf(DateTimeOffset occurrence) => Present?.Once ?? occurrence;

    /// <summary>Returns the planned instant of a result's occurrence. The task may have had another schedule at that time.</summary>
    private DateTimeOffset KeyOf(TaskResult result) => result.FinishedAt >= Present?.Since ? KeyOf(result.ScheduledAt) : result.ScheduledAt;

    [LoggerMessage(371, LogLevel.Debug, "The ledger of {Task} was read: through {Through:O}, {Ranges} ranges.")]
    private static partial void LogLoaded(ILogger logger, string task, DateTimeOffset through, int ranges);
}
