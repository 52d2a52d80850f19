using System.Globalization;
using OrleansTasks.Policies;
using OrleansTasks.Runs;
using OrleansTasks.Text;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Decides what happens to a run whose attempt has ended, was lost, or was never made: another attempt follows, or the run ends.
/// </summary>
internal sealed class RunEnds : TaskPart
{
    private readonly RunMoves _moves;
    private readonly OutcomePipeline _pipeline;
    private readonly IRunEndings _endings;

    public RunEnds(TaskContext context, RunMoves moves, OutcomePipeline pipeline, IRunEndings endings)
        : base(context)
    {
        (_moves, _pipeline, _endings) = (moves, pipeline, endings);
    }

    /// <summary>Processes the outcome of an attempt. The run ends, unless another attempt follows.</summary>
    public void End(ActiveRun run, RunOutcome outcome)
    {
        if (!Runs.Has(run.RunId.Value) || run.Ending)
        {
            return;
        }

        if (Turns.HasLeft)
        {
            Report(run, outcome);
            return;
        }

        if (outcome.CutOff && run.Guarantee == RunGuarantee.AtLeastOnce && !run.CancelRequested)
        {
            // Also for a run that was never stored: it is stored if this activation leaves before the next attempt starts.
            (run.EndedAttempts, run.IsCutOff, run.DueAt, run.Wait) = (run.Attempt, run.Stored, Clock.Now, TimeSpan.Zero);
            if (run.Adopted)
            {
                // The partition may not have it.
                Rest(run, static _ => { });
                return;
            }

            _moves.Wait(run, "another silo, since its own stopped");
            return;
        }

        if (TryAgain(run, outcome))
        {
            return;
        }

        EndAs(run, EarlierErrors.Keep(outcome, run.Failures, run.LastError));
    }

    /// <summary>Ends a run without another attempt.</summary>
    public void EndAs(ActiveRun run, RunOutcome outcome)
    {
        if (!run.Ending)
        {
            _moves.Move(run, RunEvent.End);
            _pipeline.Add(run, outcome);
            _endings.GoOn();
        }
    }

    /// <summary>
    /// Removes the run of an occurrence that is yet to be created, because it was created before and more is known about that run. Waiting
    /// callers ask again.
    /// </summary>
    /// <returns>False if the run is not here, or was already created here.</returns>
    public bool GiveWay(Guid id)
    {
        if (!Runs.TryGet(id, out var run) || !run.IsYetToBeMade)
        {
            return false;
        }

        _moves.Move(run, RunEvent.End);
        Runs.Remove(run);
        run.ReleaseWaiters(long.MaxValue);
        return true;
    }

    /// <summary>Ends a run that was asked to stop before an attempt of it started.</summary>
    public void EndStopped(ActiveRun run) => End(run, Stopped(run));

    /// <summary>Ends a run whose silo was lost and that may not be repeated.</summary>
    /// <param name="run">The run.</param>
    /// <param name="at">The time of the end; null for now.</param>
    public void EndLost(ActiveRun run, DateTimeOffset? at = null) => End(run, new RunOutcome
    {
        Status = RunStatus.Lost,
        Error = $"{WhatIsLost(run.Silo)}, and the run may not be repeated ({nameof(RunGuarantee.AtMostOnce)}).",
        StartedAt = run.StartedAt,
        FinishedAt = at ?? Clock.Now,
        Silo = run.Silo?.ToString(),
    });

    /// <summary>Returns the outcome of a run that was asked to stop before an attempt of it started.</summary>
    public RunOutcome Stopped(ActiveRun run) => new()
    {
        Status = run.StopCause ?? RunStatus.Cancelled,
        Error = run.EndedAttempts == 0
            ? "The run was stopped before it started."
            : "The run was stopped while it waited for its next attempt.",
        FinishedAt = Clock.Now,
    };

    /// <summary>
    /// Reports a run that ended here to the next activation, with the order under which its silo had it: that silo may still list it.
    /// </summary>
    public void Report(ActiveRun run, RunOutcome outcome) =>
        Silo.Reporter.Add(
            new HeldRun(RunForms.ToOrder(run, Known.Entry, run.Attempt, Link.Term) with { Offer = run.Offer }, run.StartedAt,
                run.CancelRequested), outcome);

    /// <summary>
    /// Counts a lost silo against an attempt. Another attempt follows, unless too many were lost: a handler that ends its process must not
    /// bring down one silo after another.
    /// </summary>
    public void LoseAttempt(ActiveRun run)
    {
        if (Known.Entry is null || run.CancelRequested)
        {
            EndStopped(run);
            return;
        }

        var most = LostAttempts.Most(Known.Options);
        var isSpared = LostAttempts.IsSpared(run.Checkpoint, run.Attempt, run.SparedLosses);
        (run.Losses, run.SparedLosses) = isSpared ? (run.Losses, run.SparedLosses + 1) : (run.Losses + 1, run.SparedLosses);
        if (!isSpared && run.Losses >= most)
        {
            LogLostForGood(Silo.Log, run.RunId, run.Losses, run.Attempt);
            End(run, LostAttempts.Outcome(run.Losses, run.Attempt, run.StartedAt, run.Silo?.ToString(), Clock.Now));
            return;
        }

        var wait = LostAttempts.Wait(isSpared ? run.SparedLosses : run.Losses, run.RunId.Value);
        (run.EndedAttempts, run.DueAt, run.Wait) = (run.Attempt, Clock.Now + wait, wait);
        Silo.Metrics.NoteRetry(Known.Name, "lost");
        Rest(run, r =>
        {
            LogLostSilo(Silo.Log, r.RunId, r.Attempt, r.Losses, most, r.DueAt);
            Teller.TellOf(r, TaskEventKind.RunLostSilo,
                e => e with
                {
                    Until = r.DueAt,
                    Note = $"attempt {r.Attempt}; {r.Losses} of {most} losses{(isSpared ? ", not counted: it saved a checkpoint" : "")}"
                });
        });
    }

    /// <summary>Marks the runs of lost silos as lost.</summary>
    public void GiveUpLost()
    {
        foreach (var run in Runs.All.Where(r => r is { Silo: { } silo, Local: null, Ending: false } && Silo.Cluster.IsGone(silo)).ToList())
        {
            Lose(run);
        }
    }

    /// <summary>Handles a run that was in progress on a silo and that the silo no longer has.</summary>
    public void Lose(ActiveRun run)
    {
        if (run.Guarantee == RunGuarantee.AtLeastOnce)
        {
            LoseAttempt(run);
        }
        else
        {
            EndLost(run);
        }
    }

    /// <summary>
    /// Postpones a run that ends at its next loss of a silo while another such run of the task is in progress. Otherwise both would end,
    /// although only one of them may be the cause.
    /// </summary>
    public bool IsPutOff(ActiveRun run)
    {
        var most = LostAttempts.Most(Known.Entry?.EffectiveOptions);
        if (!LostAttempts.IsLastChance(run.Losses, most)
            || !Runs.All.Any(r => r != run && r.Silo is not null && !r.Ending && LostAttempts.IsLastChance(r.Losses, most)))
        {
            return false;
        }

        (run.DueAt, run.Wait) = (Clock.Now + LostAttempts.PutOff, LostAttempts.PutOff);
        WaitForAttempt(run);
        return true;
    }

    /// <summary>Ends a run that is not in progress and whose time has expired. Returns whether it did.</summary>
    public bool EndIfOver(ActiveRun run)
    {
        if (run.GivenUpAt is not { } instant || instant > Clock.Now)
        {
            return false;
        }

        var isExpired = run.Attempt == 0 && run.Facts.ExpiresAt <= instant;
        End(run, new RunOutcome
        {
            Status = isExpired ? RunStatus.Expired : RunStatus.TimedOut,
            Error = isExpired ? $"The run had not started when it expired at {instant:O}." :
                $"The run had not ended when its timeout as a whole expired at {instant:O}. {run.LastError}".TrimEnd(),
            FinishedAt = Clock.Now,
        });
        return true;
    }

    /// <summary>Makes a run wait here until its next attempt is due.</summary>
    public void WaitForAttempt(ActiveRun run) =>
        _moves.Move(run, RunEvent.Rest,
            run.EndedAttempts == 0
                ? null
                : string.Create(CultureInfo.InvariantCulture,
                    $"its next attempt, after {run.EndedAttempts} of which {run.Failures} failed"));

    /// <summary>Returns whether a run's placement has not changed since. Meanwhile it may have ended or been taken back.</summary>
    public bool IsAt(ActiveRun run, int placement) =>
        run.Placement == placement && !run.Ending && !Turns.HasLeft && Known.Entry is not null && Runs.Has(run);

    private string WhatIsLost(SiloAddress? silo) => silo switch
    {
        null => "The silo that ran it was lost",
        _ when Silo.Cluster.IsGone(silo) => $"The silo {silo} was lost",
        _ => $"The silo {silo} does not have it any more",
    };

    /// <summary>Starts another attempt, now or later, if the retry policy allows one.</summary>
    /// <returns>False if the run ends.</returns>
    private bool TryAgain(ActiveRun run, RunOutcome outcome)
    {
        if (run.CancelRequested || Known.IsCancelling || Known.Entry is null || !Known.Admits(run)
            || Retries.After(run.Facts.Retry ?? Known.Options.Retry, outcome.EndedBy(Clock.Now), run.Failures, run.RunId.Value,
                run.Facts.Deadline) is not { } next)
        {
            return false;
        }

        var now = Clock.Now;
        (run.EndedAttempts, run.Failures, run.DueAt, run.Wait) = (run.Attempt, next.Failures, next.At,
            next.At > now ? next.At - now : TimeSpan.Zero);
        run.SparedLosses = 0;
        run.LastError = ShownText.Cut(outcome.Error, TaskTeller.MaxLastError);
        Silo.Metrics.NoteRetry(Known.Name, outcome.Steering == Steering.Snooze ? "snoozed" : "failed");
        Rest(run, r =>
        {
            LogAgain(Silo.Log, r.RunId, r.Attempt, r.DueAt, r.LastError);
            Teller.TellRetried(r);
        });
        return true;
    }

    /// <summary>Makes a run wait for its next attempt, after the outcomes of its attempts are stored.</summary>
    private void Rest(ActiveRun run, Action<ActiveRun> tell)
    {
        House.Keep();
        if (run.Stored || run.Trigger != RunTrigger.Request || run.Guarantee == RunGuarantee.AtMostOnce)
        {
            // This includes a run that a caller waits for, if it may not be repeated: another activation may receive a report of the same
            // attempt, and would make the next attempt again.
            _moves.Move(run, RunEvent.Park);
            run.Stored = true;
            run.Parked = ParkAsync(run, tell);
        }
        else
        {
            // An awaited run is not stored. If this silo is lost, its caller asks again.
            WaitForAttempt(run);
            tell(run);
        }
    }

    private async Task ParkAsync(ActiveRun run, Action<ActiveRun> tell)
    {
        var placement = run.Placement;
        await Turns.UntilDoneAsync(() => Link.CallAsync((p, epoch) => p.ParkRunAsync(epoch, RunForms.ToStored(run))))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (IsAt(run, placement) && !Turns.IsLeaving)
        {
            WaitForAttempt(run);
            tell(run);
        }
    }
}
