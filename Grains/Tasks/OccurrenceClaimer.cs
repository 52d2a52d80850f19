using OrleansTasks.Calls;
using OrleansTasks.Collections;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Claims occurrences that may not be repeated in the partition before their runs start. An activation that takes over starts none of
/// those, and all others. Occurrences that become due during a claim share the next one.
/// </summary>
internal sealed class OccurrenceClaimer : TaskPart
{
    // An occurrence that is later than this starts only after the partition has confirmed that this activation still owns the task.
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(1);
    private readonly TaskAccounts _accounts;
    private readonly RunMoves _moves;
    private readonly HistoryKeeper _history;
    private readonly RemoteRuns _remote;
    private readonly RunEnds _ends;
    private readonly RunStarts _starts;
    private readonly ITaskSignals _signals;

    // Each with the steady time at which it was due: the wall clock may be set forward while it waits.
    private LazyQueue<(ActiveRun Run, DateTimeOffset Since)> _toClaim;
    private Task _claiming = Task.CompletedTask;

    public OccurrenceClaimer(TaskContext context, TaskAccounts accounts, RunMoves moves, HistoryKeeper history, RemoteRuns remote,
        RunEnds ends, RunStarts starts, ITaskSignals signals)
        : base(context)
    {
        (_accounts, _moves, _history, _remote, _ends, _starts, _signals) = (accounts, moves, history, remote, ends, starts, signals);
    }

    /// <summary>
    /// Gets or sets the task before whose completion nothing is claimed. Losses of earlier activations are stored first, so that this one
    /// starts nothing that may bring down its silo too.
    /// </summary>
    public Task Before { get; set; } = Task.CompletedTask;

    /// <summary>
    /// Gets or sets the instant up to which earlier activations may have started occurrences that may be repeated; null if they started
    /// none.
    /// </summary>
    public DateTimeOffset? MayHaveBegun { get; set; }

    /// <summary>Gets the claims in progress.</summary>
    public Task Claiming => _claiming;

    /// <summary>
    /// Gets the runs that wait for their claim or are being claimed. A run about which more is known by now than its claim tells is not
    /// handed back.
    /// </summary>
    public IEnumerable<ActiveRun> Waiting => _toClaim.Select(static c => c.Run).Where(static r => r.Phase == RunPhase.Claiming);

    /// <summary>Starts the run of an occurrence that may start.</summary>
    public void Start(ActiveRun run)
    {
        if (!run.Stored
            && (run.Guarantee == RunGuarantee.AtMostOnce || Known.Options.MaxLosses == 1 || !Before.IsCompleted
                || run.ScheduledAt <= Book.TookOverAt || Clock.Now - run.ScheduledAt > Suspicious))
        {
            Claim(run);
        }
        else
        {
            _starts.Begin(run);
        }
    }

    /// <summary>Returns whether all the given runs have waited for their claim for longer than a claim takes.</summary>
    public bool HoldsUp(IEnumerable<ActiveRun> runs) =>
        _toClaim.TryPeek(out var first) && Clock.Steady - first.Since >= Suspicious && runs.All(Waiting.Contains);

    /// <summary>Drops everything that waits. No claim of it is stored, and the occurrences come again.</summary>
    public void Clear()
    {
        while (_toClaim.TryDequeue(out var claim))
        {
            Runs.Remove(claim.Run);
            Book.Close(claim.Run.RunId.Value);
        }
    }

    /// <summary>Drops a run that is not to be created.</summary>
    public void Forget(ActiveRun run)
    {
        Runs.Remove(run);
        Book.Close(run.RunId.Value);
        _signals.OnForgotten();
    }

    private void Claim(ActiveRun run)
    {
        Runs.Put(run);
        _moves.Move(run, RunEvent.Claim);
        _toClaim.Enqueue((run, Clock.ToSteady(run.DueAt)));
        House.Keep();
        if (_claiming.IsCompleted)
        {
            _claiming = ClaimAsync();
        }
    }

    private async Task ClaimAsync()
    {
        await Before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        while (_toClaim.Count > 0 && !Turns.HasLeft)
        {
            var batch = _toClaim.ToList();
            DateTimeOffset? others = null;
            await Turns.UntilDoneAsync(async () =>
            {
                // The clock may have been set back, and all of them dropped.
                if (_toClaim.TryPeek(out var next) && next == batch[0])
                {
                    others =
                        await Link.AttachedAsync(
                            epoch =>
                                Silo.Claims.ClaimAsync(
                                    new OccurrenceClaim(Known.Name, epoch, batch[^1].Run.ScheduledAt, Book.Settled, _history.Marks)));
                }
            });
            foreach (var claim in batch)
            {
                if (Turns.HasLeft || !_toClaim.TryPeek(out var first) || first != claim)
                {
                    return;
                }

                await StartClaimedAsync(claim.Run, claim.Since, others);
                if (!Turns.HasLeft)
                {
                    _toClaim.Dequeue();
                }
            }
        }
    }

    private async Task StartClaimedAsync(ActiveRun run, DateTimeOffset since, DateTimeOffset? others)
    {
        var isMade = run.ScheduledAt <= others;
        if (run.Guarantee == RunGuarantee.AtLeastOnce)
        {
            // Any owner of the task may create it again, unless its outcome is known.
            isMade = false;
            if (run.ScheduledAt <= Book.TookOverAt)
            {
                await Turns.UntilDoneAsync(
                    async () => isMade = await _history.FindAsync(run.RunId.Value) is not null || await Link.HasAsync(run.RunId));
            }
        }

        if (!isMade && run.ScheduledAt <= Book.TookOverAt)
        {
            // An occurrence that an earlier activation skipped, and recorded as skipped, stays skipped.
            await Turns.UntilDoneAsync(async () => isMade = await _accounts.IsAccountedAsync(run.ScheduledAt));
        }

        if (run.Phase != RunPhase.Claiming)
        {
            // It has ended meanwhile, or an earlier attempt of it has reported. Then more is known about it than its claim tells.
            return;
        }

        if (isMade && run.Guarantee == RunGuarantee.AtMostOnce && run.ScheduledAt <= others)
        {
            await Turns.UntilDoneAsync(() => LoseUnlessKnownAsync(run));
        }
        else if (isMade)
        {
            // Another activation has created it.
            Forget(run);
        }
        else if (run.Guarantee == RunGuarantee.AtLeastOnce
            && (run.ScheduledAt <= others || (run.ScheduledAt <= MayHaveBegun && run.ScheduledAt <= Book.TookOverAt)))
        {
            // Another activation has started it, or may have, and was lost with it.
            run.Attempt = 1;
            _ends.LoseAttempt(run);
        }
        else if (Clock.Steady - since is var waited && waited > Known.MisfireThreshold)
        {
            // Storage did not answer for too long.
            LogMissed(Silo.Log, Known.Name, run.ScheduledAt, waited);
            _accounts.NoteMissed(run.ScheduledAt, OutcomeReason.Outage);
            Forget(run);
        }
        else if (!(Known.Admits(run) && Known.FiresAt(run.ScheduledAt)))
        {
            // The task was paused or cancelled, or the scheduler stopped, during the claim.
            _accounts.NoteSkipped(run.ScheduledAt, Known.WhyNotFiring);
            Forget(run);
        }
        else
        {
            _moves.Move(run, RunEvent.Granted);
            _starts.Begin(run);
        }
    }

    /// <summary>
    /// Ends a run that another activation has claimed and may have started. When two activations were attached in turn, possibly neither
    /// has reported an outcome. If the other one reports it nevertheless, that result stands too.
    /// </summary>
    private async Task LoseUnlessKnownAsync(ActiveRun run)
    {
        // If a silo has the run, it is adopted in place of this one.
        Runs.Remove(run);
        await _remote.AdoptAllAsync();
        var isKnown = !Runs.Has(run.RunId.Value)
            && (await _history.FindAsync(run.RunId.Value) is not null || await _accounts.IsAccountedAsync(run.ScheduledAt)
                || await Link.HasAsync(run.RunId));
        if (Runs.Has(run.RunId.Value))
        {
            _signals.OnForgotten();
        }
        else if (isKnown || _history.Find(run.RunId.Value) is not null)
        {
            // A silo may have reported it while that was checked.
            Forget(run);
        }
        else
        {
            Runs.Put(run);
            run.Attempt = 1;
            _ends.EndLost(run);
        }
    }
}
