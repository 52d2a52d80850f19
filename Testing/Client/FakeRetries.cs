using OrleansTasks.Operations;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks.Testing.Client;

/// <summary>Repeats, acknowledges and discards ended runs of a fake client.</summary>
/// <param name="runner">Makes the new runs.</param>
/// <param name="runs">Keeps the runs.</param>
/// <param name="search">Finds the runs of a query.</param>
/// <param name="time">The time.</param>
internal sealed class FakeRetries(FakeRunner runner, FakeRuns runs, FakeRunSearch search, TimeProvider time)
{
    /// <summary>Stores a run that repeats an ended run.</summary>
    public RunId Retry(RunId run, RetryOptions? options, CancellationToken ct)
    {
        var old = runs.InfoOf(run) ?? throw new RunNotFoundException(run);
        if (old.Result is null)
        {
            throw new TaskConflictException(run.Task, $"{run} has not ended: it is {old.Status}. End it first, with fake.Complete.");
        }

        var dispatch = new DispatchOptions { RetryOf = run, IdempotencyKey = options?.IdempotencyKey, Delay = options?.Delay };
        var retry = runner.Dispatch(run.Task, options?.Arguments ?? old.Arguments, dispatch, ct);
        runs.Mark(run, new RunMark
        {
            State = DeadLetterState.Retried,
            At = time.GetUtcNow(),
            By = TaskActor.Current,
            RetriedBy = retry,
        });
        return retry;
    }

    /// <summary>Acknowledges or discards a run.</summary>
    public RunInfo Mark(RunId run, DeadLetterState state, string? note)
    {
        if (DeadLetters.FaultOf(note) is { } fault)
        {
            throw new InvalidTaskException(run.Task, [fault]);
        }

        var info = runs.InfoOf(run) ?? throw new RunNotFoundException(run);
        if (info.DeadLetter is null)
        {
            throw new TaskConflictException(run.Task, $"{run} is {info.Status} and no dead letter. Make it fail first, with fake.Fail.");
        }

        runs.Mark(run, new RunMark
        {
            State = state,
            At = time.GetUtcNow(),
            By = TaskActor.Current,
            Note = string.IsNullOrWhiteSpace(note) ? null : note,
        });
        return runs.InfoOf(run)!;
    }

    /// <summary>Does something with the selected runs, and reports it as a run that has ended.</summary>
    public RunId Apply(RunAction action, RunSelection selection, RunActionOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(selection);
        FakeFaults.ThrowIfAny("runs", RunActions.Faults(action, selection, options));
        var report = new RunOperationReport();
        foreach (var run in Find(action, selection))
        {
            try
            {
                Act(action, run, options, ct);
                report = report with { Done = report.Done + 1 };
            }
            catch (TaskException e)
            {
                report = report with { Refused = report.Refused + 1, Reasons = [.. report.Reasons, new RefusedRun(run, e.Message)] };
            }
        }

        var now = time.GetUtcNow();
        var task = action == RunAction.Retry ? SystemTasks.RetryRuns : SystemTasks.ActOnRuns;
        return runner.End(FakeResults.Of(RunId.New(task, time), report, RunTrigger.Dispatch, now, now)).RunId;
    }

    private void Act(RunAction action, RunId run, RunActionOptions options, CancellationToken ct)
    {
        if (action == RunAction.Retry)
        {
            Retry(run, new RetryOptions { Delay = options.Delay }, ct);
            return;
        }

        if (action == RunAction.Cancel)
        {
            if (!runner.Cancel(run))
            {
                throw new TaskConflictException(run.Task, $"{run} had ended before, or is not known. See its result.");
            }

            return;
        }

        Mark(run, action == RunAction.Acknowledge ? DeadLetterState.Acknowledged : DeadLetterState.Discarded, options.Note);
    }

    private IReadOnlyList<RunId> Find(RunAction action, RunSelection selection)
    {
        if (selection.Query is not { } query)
        {
            return [.. selection.Runs];
        }

        var scope = RunScope.Of(action, query, time.GetUtcNow());
        return [.. search.Find(scope.Query).Where(scope.Takes).Select(static r => r.RunId)];
    }
}
