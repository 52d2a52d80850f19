using OrleansTasks.Calls;
using OrleansTasks.Collections;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Has the partition note that runs of occurrences start, before they do, where they may not be repeated: whoever takes over starts none of those, and all others. Those that
/// become due meanwhile go together.
/// </summary>
internal sealed class OccurrenceClaimer : TaskPart
{
    // An occurrence that is later than this is started only after the partition has said that this activation still owns the task.
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(1);
    private readonly TaskAccounts _accounts;
    private readonly RunMoves _moves;
    private readonly HistoryKeeper _history;
    private readonly RemoteRuns _remote;
    private readonly RunEnds _ends;
    private readonly RunStarts _starts;
    private readonly ITaskSignals _signals;

    // With the steady time at which each was due: the wall clock may be put forward while it waits.
    private LazyQueue<(ActiveRun Run, DateTimeOffset Since)> _toClaim;
    private Task _claiming = Task.CompletedTask;

    public OccurrenceClaimer(TaskContext context, TaskAccounts accounts, RunMoves moves, HistoryKeeper history, RemoteRuns remote, RunEnds ends, RunStarts starts, ITaskSignals signals)
        : base(context)
    {
        (_accounts, _moves, _history, _remote, _ends, _starts, _signals) = (accounts, moves, history, remote, ends, starts, signals);
    }

    /// <summary>Until this is over nothing is claimed: what earlier activations lost is stored first, so that this one starts nothing that may end its silo too.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    /// <summary>Occurrences up to this instant may have begun with earlier activations, and be repeated; null if none has.</summary>
    public DateTimeOffset? MayHaveBegun { get; set; }

    /// <summary>The claims that are under way.</summary>
    public Task Claiming => _claiming;

    /// <summary>The runs that are to be claimed, or being so. One of which more is known by now than its claim tells is not given back.</summary>
    public IEnumerable<ActiveRun> Waiting => _toClaim.Select(static c => c.Run).Where(static r => r.Phase == RunPhase.Claiming);

    /// <summary>Starts the run of an occurrence that may start.</summary>
    public void Start(ActiveRun run)
    {
        if (!run.Stored && (run.Guarantee == RunGuarantee.AtMostOnce || Known.Options.MaxLosses == 1 || !Before.IsCompleted || run.ScheduledAt <= Book.TookOverAt || Clock.Now - run.ScheduledAt > Suspicious))
        {
            Claim(run);
        }
        else
        {
            _starts.Begin(run);
        }
    }

    /// <summary>Whether all of some runs wait, for longer than a claim takes, for their partition to note that they start.</summary>
    public bool HoldsUp(IEnumerable<ActiveRun> runs) => _toClaim.TryPeek(out var first) && Clock.Steady - first.Since >= Suspicious && runs.All(Waiting.Contains);

    /// <summary>Lets go of all that waits: nothing was noted of it, and it comes again.</summary>
    public void Clear()
    {
        while (_toClaim.TryDequeue(out var claim))
        {
            Runs.Remove(claim.Run);
            Book.Close(claim.Run.RunId.Value);
        }
    }

    /// <summary>Does not make a run.</summary>
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
                // The clock may have been put back, and all of them been given up.
                if (_toClaim.TryPeek(out var next) && next == batch[0])
                {
                    others = await Link.AttachedAsync(epoch => Silo.Claims.ClaimAsync(new OccurrenceClaim(Known.Name, epoch, batch[^1].Run.ScheduledAt, Book.Settled, _history.Marks)));
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
            // Whoever owns the task may make it again, unless its outcome is known.
            isMade = false;
            if (run.ScheduledAt <= Book.TookOverAt)
            {
                await Turns.UntilDoneAsync(async () => isMade = await _history.FindAsync(run.RunId.Value) is not null || await Link.HasAsync(run.RunId));
            }
        }

        if (!isMade && run.ScheduledAt <= Book.TookOverAt)
        {
            // One that an earlier activation has left out, and lived to write that down, stays left out.
            await Turns.UntilDoneAsync(async () => isMade = await _accounts.IsAccountedAsync(run.ScheduledAt));
        }

        if (run.Phase != RunPhase.Claiming)
        {
            // It has ended meanwhile, or an earlier attempt of it has spoken: then more is known of it than its claim tells.
            return;
        }

        if (isMade && run.Guarantee == RunGuarantee.AtMostOnce && run.ScheduledAt <= others)
        {
            await Turns.UntilDoneAsync(() => LoseUnlessKnownAsync(run));
        }
        else if (isMade)
        {
            // Another activation has made it.
            Forget(run);
        }
        else if (run.Guarantee == RunGuarantee.AtLeastOnce && (run.ScheduledAt <= others || (run.ScheduledAt <= MayHaveBegun && run.ScheduledAt <= Book.TookOverAt)))
        {
            // Another activation has begun it, or may have, and was lost with it.
            run.Attempt = 1;
            _ends.LoseAttempt(run);
        }
        else if (Clock.Steady - since is var waited && waited > Known.MisfireThreshold)
        {
            // Storage did not answer for so long.
            LogMissed(Silo.Log, Known.Name, run.ScheduledAt, waited);
            _accounts.NoteMissed(run.ScheduledAt, OutcomeReason.Outage);
            Forget(run);
        }
        else if (!(Known.Admits(run) && Known.FiresAt(run.ScheduledAt)))
        {
            // Paused, cancelled or stopped while that was noted.
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
    /// Ends a run that another activation has claimed, and may have begun or not: of two that were attached in turn, neither may have told what came of it. If the other one tells it
    /// all the same, that result stands too.
    /// </summary>
    private async Task LoseUnlessKnownAsync(ActiveRun run)
    {
        // What a silo has of it is adopted in its place.
        Runs.Remove(run);
        await _remote.AdoptAllAsync();
        var isKnown = !Runs.Has(run.RunId.Value)
            && (await _history.FindAsync(run.RunId.Value) is not null || await _accounts.IsAccountedAsync(run.ScheduledAt) || await Link.HasAsync(run.RunId));
        if (Runs.Has(run.RunId.Value))
        {
            _signals.OnForgotten();
        }
        else if (isKnown || _history.Find(run.RunId.Value) is not null)
        {
            // A silo may have reported it while that was asked.
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
