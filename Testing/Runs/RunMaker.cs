using OrleansTasks.Policies;
using OrleansTasks.Runs;
using OrleansTasks.Testing.Clocks;
using OrleansTasks.Values;

namespace OrleansTasks.Testing.Runs;

/// <summary>Executes a run with all its attempts, and reports the result.</summary>
internal sealed class RunMaker : IDisposable
{
    private readonly RunPlan _plan;
    private readonly TimeProvider _clock;
    private readonly AttemptMaker _attempts;
    private readonly RunFacts _facts;
    private readonly List<TaskAttempt> _made = [];
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private volatile bool _isCancelled;

    private RunMaker(RunPlan plan, TimeProvider clock, AttemptMaker attempts)
    {
        (_plan, _clock, _attempts) = (plan, clock, attempts);
        var (due, options) = (plan.At ?? clock.GetUtcNow(), plan.EffectiveOptions);
        _facts = new RunFacts
        {
            Id = RunId.New(plan.Task, clock),
            Arguments = plan.Arguments,
            Trigger = plan.Trigger,
            ScheduledAt = due,
            Timeout = options.Timeout,
            Retry = options.Retry,
            Deadline = due + options.RunTimeout,
            Priority = options.Priority,
            RequestedBy = plan.RequestedBy,
            Headers = plan.Headers.Count > 0 ? TaskHeaders.Of(plan.Headers) : null,
        };
    }

    public static async Task<TaskRunReport> RunAsync(RunPlan plan)
    {
        if (plan.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(plan.Task, faults);
        }

        var clock = plan.Clock ?? new VirtualClock(plan.At ?? TaskRun.DefaultInstant);
        await using var container = new RunContainer(plan, clock);
        using var attempts = new AttemptMaker(plan, container, clock);
        using var maker = new RunMaker(plan, clock, attempts);
        var (client, notes) = (container.Client, attempts.Notes);
        var (broadcasts, cancelled, dispatched, scheduled) = (client.Broadcasts.Count, client.CancelledTasks.Count, client.Dispatched.Count,
            client.Scheduled.Count);
        var result = await maker.MakeAsync().ConfigureAwait(false);
        return new TaskRunReport
        {
            Result = result,
            Attempts = maker._made,
            Exception = attempts.Thrown,
            Progress = notes.Progress,
            Saved = notes.Saved,
            Broadcasts = [.. client.Broadcasts.Skip(broadcasts)],
            CancelledTasks = [.. client.CancelledTasks.Skip(cancelled)],
            Dispatched = [.. client.Dispatched.Skip(dispatched)],
            Scheduled = [.. client.Scheduled.Skip(scheduled)],
        };
    }

    public void Dispose() => _attempts.Dispose();

    private async Task<TaskResult> MakeAsync()
    {
        using var cancelled = _plan.CancelBy.UnsafeRegister(static m => ((RunMaker)m!).Cancel(), this);
        using var timer = _plan.CancelAfter is { } delay && delay > TimeSpan.Zero
            ? _clock.CreateTimer(static m => ((RunMaker)m!).Cancel(), this, delay, Timeout.InfiniteTimeSpan)
            : null;
        _isCancelled |= _plan.CancelAfter <= TimeSpan.Zero;
        var (attempt, failures, lastError) = (_plan.Attempt, _plan.Attempt - 1, (string?)null);
        while (true)
        {
            var outcome = await AttemptAsync(attempt, failures).ConfigureAwait(false);
            var next = _isCancelled ? null : Retries.After(_facts.Retry, outcome, failures, _facts.Id.Value, _facts.Deadline);
            _made.Add(
                new TaskAttempt(attempt, outcome.Status, outcome.Error, outcome.StartedAt, outcome.FinishedAt, next?.At, outcome.Log));
            if (next is not { } again)
            {
                return ResultOf(EarlierErrors.Keep(outcome, failures, lastError), attempt);
            }

            (attempt, failures, lastError) = (attempt + 1, again.Failures, outcome.Error);
            await UntilAsync(again.At).ConfigureAwait(false);
        }
    }

    private async Task<RunOutcome> AttemptAsync(int attempt, int failures)
    {
        var options = _plan.EffectiveOptions;
        var order = RunForms.ToOrder(_facts, null, attempt, failures, at: _clock.GetUtcNow()) with
        {
            Handler = _plan.Task,
            Checkpoint = _attempts.Notes.Checkpoint,
            SendValue = options.SendReturnValues,
            LogLines = options.LogLines!.Value
        };
        if (_isCancelled)
        {
            return _attempts.Unstarted(order);
        }

        var ended = _attempts.Start(order);
        if (_isCancelled)
        {
            // The token was cancelled between the check and the start.
            _attempts.Cancel(_facts.Id.Value);
        }

        await UntilEndedAsync(ended).ConfigureAwait(false);
        return await ended.ConfigureAwait(false);
    }

    private void Cancel()
    {
        _isCancelled = true;
        _attempts.Cancel(_facts.Id.Value);
    }

    private async Task UntilAsync(DateTimeOffset instant)
    {
        if (_clock is VirtualClock clock)
        {
            clock.MoveTo(instant);
        }
        else if (instant - _clock.GetUtcNow() is { Ticks: > 0 } wait)
        {
            await PatientlyAsync(Task.Delay(wait, _clock)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits until the attempt has ended. When there is no other activity, it moves a virtual clock to the next instant that something
    /// waits for.
    /// </summary>
    private async Task UntilEndedAsync(Task ended)
    {
        while (_clock is VirtualClock clock && !ended.IsCompleted && TimeProvider.System.GetElapsedTime(_since) < _plan.Patience)
        {
            // If the handler waits for the clock, the clock moves soon. If only a timeout is due, the handler may wait for something real.
            var isHandlers = clock.WaitingHandlers > 0;
            await Stillness.WaitAsync(() => clock.Touches,
                () => _attempts.IsInCall ? _plan.Patience : isHandlers ? RunPatience.WithTimer : RunPatience.WithoutTimer, ended)
                    .ConfigureAwait(false);
            if (ended.IsCompleted || (clock.WaitingHandlers > 0) != isHandlers)
            {
                continue;
            }

            if (clock.NextDue is not { } due)
            {
                break;
            }

            clock.MoveTo(due);
        }

        await PatientlyAsync(ended).ConfigureAwait(false);
    }

    private async Task PatientlyAsync(Task pending)
    {
        var left = _plan.Patience - TimeProvider.System.GetElapsedTime(_since);
        try
        {
            await pending.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!pending.IsCompleted)
        {
            throw new TimeoutException(
                $"The run of '{_plan.Task}' has not ended after {_plan.Patience} of real time. Its handler waits for something that does "
                    + $"not happen{(_isCancelled ? ", and ignores that it was cancelled" : "")}: "
                + "complete it in the test, give the run a timeout (WithTimeout) or a cancellation (CancelAfter, CancelBy), or more "
                + "time (WithPatience)."
                + (_clock is VirtualClock ? "" : " The test must move the run's clock."));
        }
    }

    private TaskResult ResultOf(RunOutcome outcome, int attempt)
    {
        var run = new ActiveRun { Facts = _facts, Attempt = outcome.StartedAt is null && attempt == _plan.Attempt ? attempt - 1 : attempt };
        return RunForms.ToResult(run, outcome, 1, Guid.Empty, int.MaxValue);
    }
}
