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
        if (run.CancelRequested || _cancelling || _entry is null or { State: TaskState.Cancelled }
            || Retries.After(run.Retry ?? _entry.EffectiveOptions.Retry, outcome.EndedBy(Now), run.Failures, run.RunId.Value, run.Deadline) is not { } next)
        {
            return false;
        }

        (run.EndedAttempts, run.Failures, run.DueAt, run.Wait) = (run.Attempt, next.Failures, next.At, next.At > Now ? next.At - Now : TimeSpan.Zero);
        run.LastError = outcome.Error?.Length > MaxLastError ? outcome.Error[..MaxLastError] : outcome.Error;
        (run.Local, run.Silo, run.StartedAt, run.Progress, run.Marked) = (null, null, null, null, false);
        (run.IgnoresCancellation, run.SaidTooLong) = (false, false);
        run.Placement++;
        LeavePlace(run);
        KeepHouse();
        if (run.Stored || run.Trigger != RunTrigger.Request)
        {
            (run.Stored, run.Status, run.WaitingFor) = (true, RunStatus.Waiting, "its partition to note what its last attempt came to");
            run.Parked = ParkAsync(run);
        }
        else
        {
            // Nothing is stored of a run that somebody waits for; if this silo is lost, its caller asks again.
            WaitForAttempt(run);
            LogAgain(_log, run.RunId, run.Attempt, run.DueAt, run.LastError);
            TellRetried(run);
        }

        return true;
    }

    private async Task ParkAsync(ActiveRun run)
    {
        var placement = run.Placement;
        await UntilDoneAsync(() => OnPartitionAsync((p, epoch) => p.ParkRunAsync(epoch, ToStored(run)))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (IsPlacing(run, placement) && !_leaving)
        {
            WaitForAttempt(run);
            LogAgain(_log, run.RunId, run.Attempt, run.DueAt, run.LastError);
            TellRetried(run);
        }
    }

    private void WaitForAttempt(ActiveRun run)
    {
        (run.Status, run.WaitingFor) = (RunStatus.Pending, WaitingForAttempt(run));
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

        var expired = run.Attempt == 0 && run.ExpiresAt <= instant;
        End(run, new RunOutcome
        {
            Status = expired ? RunStatus.Expired : RunStatus.TimedOut,
            Error = expired ? $"The run had not begun at {instant:O}, when it expired." : $"The run had not ended at {instant:O}, when its time as a whole was over. {run.LastError}".TrimEnd(),
            FinishedAt = Now,
        });
        return true;
    }

    private static StoredRun ToStored(ActiveRun run)
    {
        var due = run.EndedAttempts > 0 ? run.DueAt : run.ScheduledAt;
        return new StoredRun
        {
            RunId = run.RunId,
            Arguments = run.Arguments,
            DueAt = due,
            Wait = run.Wait,
            Occurrence = due == run.ScheduledAt ? null : run.ScheduledAt,
            Trigger = run.Trigger,
            Guarantee = run.Guarantee,
            Timeout = run.Timeout,
            Attempts = run.EndedAttempts,
            EndedAttempts = run.EndedAttempts,
            Failures = run.Failures,
            LastError = run.LastError,
            Retry = run.Retry,
            Deadline = run.Deadline,
            ExpiresAt = run.ExpiresAt,
            Priority = run.Priority,
            RequestedBy = run.RequestedBy,
            Then = run.Then,
            Parent = run.Parent,
            Batch = run.Batch,
        };
    }

    private static ActiveRun FromStored(StoredRun stored) => new()
    {
        RunId = stored.RunId,
        Arguments = stored.Arguments,
        Trigger = stored.Trigger,
        ScheduledAt = stored.Occurrence ?? stored.DueAt,
        DueAt = stored.DueAt,
        Wait = stored.Wait,
        Guarantee = stored.Guarantee,
        Timeout = stored.Timeout,
        Stored = true,
        Attempt = stored.Attempts,
        EndedAttempts = stored.EndedAttempts,
        Failures = stored.Failures,
        LastError = stored.LastError,
        Retry = stored.Retry,
        Deadline = stored.Deadline,
        ExpiresAt = stored.ExpiresAt,
        Priority = stored.Priority,
        RequestedBy = stored.RequestedBy,
        Then = stored.Then,
        Parent = stored.Parent,
        Batch = stored.Batch,
    };

    [LoggerMessage(361, LogLevel.Information, "{Run}: attempt {Attempt} did not end it, the next one is due at {At:O}: {Error}")]
    private static partial void LogAgain(ILogger logger, RunId run, int attempt, DateTimeOffset at, string? error);
}
