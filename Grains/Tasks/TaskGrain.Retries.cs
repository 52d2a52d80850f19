using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Further attempts: runs whose handler failed, or asked to be run again later. And runs that nobody wants any more.</content>
internal sealed partial class TaskGrain
{
    private const int MaxLastError = 1000;

    /// <summary>Begins another attempt, now or later, where the policy allows one.</summary>
    /// <returns>False if the run ends.</returns>
    private bool TryAgain(ActiveRun run, RunOutcome outcome)
    {
        if (run.CancelRequested || _cancelling || _entry is null || !IsAdmitted(run)
            || Retries.After(run.Facts.Retry ?? _entry.EffectiveOptions.Retry, outcome.EndedBy(Now), run.Failures, run.RunId.Value, run.Facts.Deadline) is not { } next)
        {
            return false;
        }

        (run.EndedAttempts, run.Failures, run.DueAt, run.Wait) = (run.Attempt, next.Failures, next.At, next.At > Now ? next.At - Now : TimeSpan.Zero);
        run.LastError = ShownText.Cut(outcome.Error, MaxLastError);
        Rest(run, r =>
        {
            LogAgain(_log, r.RunId, r.Attempt, r.DueAt, r.LastError);
            TellRetried(r);
        });
        return true;
    }

    /// <summary>Counts that the silo of an attempt was lost. Another attempt follows, unless too many were lost: a handler that ends its process must not end one silo after the other.</summary>
    private void LoseAttempt(ActiveRun run)
    {
        if (_entry is null || run.CancelRequested)
        {
            End(run, Stopped(run));
            return;
        }

        var most = LostAttempts.Most(_entry.EffectiveOptions);
        run.Losses++;
        if (run.Losses >= most)
        {
            LogLostForGood(_log, run.RunId, run.Losses, run.Attempt);
            End(run, LostAttempts.Outcome(run.Losses, run.Attempt, run.StartedAt, run.Silo?.ToString(), Now));
            return;
        }

        var wait = LostAttempts.Wait(run.Losses, run.RunId.Value);
        (run.EndedAttempts, run.DueAt, run.Wait) = (run.Attempt, Now + wait, wait);
        Rest(run, r =>
        {
            LogLostSilo(_log, r.RunId, r.Attempt, r.Losses, most, r.DueAt);
            TellOf(r, TaskEventKind.RunLostSilo, e => e with { Until = r.DueAt, Note = $"attempt {r.Attempt}; {r.Losses} of {most} losses" });
        });
    }

    /// <summary>Has a run wait for its next attempt; what its attempts came to is stored first.</summary>
    private void Rest(ActiveRun run, Action<ActiveRun> tell)
    {
        (run.Local, run.Silo, run.StartedAt, run.Progress, run.Marked) = (null, null, null, null, false);
        (run.IgnoresCancellation, run.SaidTooLong) = (false, false);
        run.Placement++;
        LeaveQueue(run);
        LeavePlace(run);
        KeepHouse();
        if (run.Stored || run.Trigger != RunTrigger.Request)
        {
            run.Move(RunEvent.Park);
            run.Stored = true;
            run.Parked = ParkAsync(run, tell);
        }
        else
        {
            // Nothing is stored of a run that somebody waits for; if this silo is lost, its caller asks again.
            WaitForAttempt(run);
            tell(run);
        }
    }

    /// <summary>Puts off a run that ends if it loses its silo once more, while another such run of the task is under way: else both would end, and one of them innocently.</summary>
    private bool IsPutOff(ActiveRun run)
    {
        var most = LostAttempts.Most(_entry?.EffectiveOptions);
        if (!LostAttempts.IsLastChance(run.Losses, most) || !_runs.Values.Any(r => r != run && r.Silo is not null && !r.Ending && LostAttempts.IsLastChance(r.Losses, most)))
        {
            return false;
        }

        LeavePlace(run);
        (run.DueAt, run.Wait) = (Now + LostAttempts.PutOff, LostAttempts.PutOff);
        WaitForAttempt(run);
        return true;
    }

    private async Task ParkAsync(ActiveRun run, Action<ActiveRun> tell)
    {
        var placement = run.Placement;
        await UntilDoneAsync(() => OnPartitionAsync((p, epoch) => p.ParkRunAsync(epoch, RunForms.ToStored(run)))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (IsPlacing(run, placement) && !_leaving)
        {
            WaitForAttempt(run);
            tell(run);
        }
    }

    private void WaitForAttempt(ActiveRun run)
    {
        run.Move(RunEvent.Rest, WaitingForAttempt(run));
        ArmBy(Times.Earlier(run.DueAt, run.GivenUpAt));
    }

    private static string? WaitingForAttempt(ActiveRun run) =>
        run.EndedAttempts == 0 ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"its next attempt, after {run.EndedAttempts} of which {run.Failures} failed");

    /// <summary>Whether a run that is not under way is over because of the time; then it has been ended.</summary>
    private bool EndIfOver(ActiveRun run)
    {
        if (run.GivenUpAt is not { } instant || instant > Now)
        {
            return false;
        }

        var expired = run.Attempt == 0 && run.Facts.ExpiresAt <= instant;
        End(run, new RunOutcome
        {
            Status = expired ? RunStatus.Expired : RunStatus.TimedOut,
            Error = expired ? $"The run had not begun at {instant:O}, when it expired." : $"The run had not ended at {instant:O}, when its time as a whole was over. {run.LastError}".TrimEnd(),
            FinishedAt = Now,
        });
        return true;
    }

    [LoggerMessage(362, LogLevel.Warning, "{Run}: the silo of attempt {Attempt} was lost, which makes {Losses} of {Most} losses. The next attempt is due at {At:O}, when its silo is up.")]
    private static partial void LogLostSilo(ILogger logger, RunId run, int attempt, int losses, int most, DateTimeOffset at);

    [LoggerMessage(363, LogLevel.Error, "{Run} has lost {Losses} silos, the last one during attempt {Attempt}, and is not tried again: its handler may end its process. It ends as Lost.")]
    private static partial void LogLostForGood(ILogger logger, RunId run, int losses, int attempt);

    [LoggerMessage(361, LogLevel.Information, "{Run}: attempt {Attempt} did not end it, the next one is due at {At:O}: {Error}")]
    private static partial void LogAgain(ILogger logger, RunId run, int attempt, DateTimeOffset at, string? error);
}
