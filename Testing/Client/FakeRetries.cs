using OrleansTasks.Values;

namespace OrleansTasks.Testing.Client;

/// <summary>Repeats ended runs of a fake client.</summary>
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
        return runner.Dispatch(run.Task, options?.Arguments ?? old.Arguments, dispatch, ct);
    }

    /// <summary>Repeats the selected runs, and reports it as a run that has ended.</summary>
    public RunId RetryAll(RunSelection selection, RetryAllOptions? options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(selection);
        FakeFaults.ThrowIfAny("runs", selection.Faults());
        var report = new RunOperationReport();
        foreach (var run in Find(selection))
        {
            try
            {
                Retry(run, new RetryOptions { Delay = options?.Delay }, ct);
                report = report with { Done = report.Done + 1 };
            }
            catch (TaskException e)
            {
                report = report with { Refused = report.Refused + 1, Reasons = [.. report.Reasons, new RefusedRun(run, e.Message)] };
            }
        }

        var now = time.GetUtcNow();
        return runner.End(FakeResults.Of(RunId.New(SystemTasks.RetryRuns, time), report, RunTrigger.Dispatch, now, now)).RunId;
    }

    private IReadOnlyList<RunId> Find(RunSelection selection) => selection.Query is { } query
        ? [.. search.Find(query).Where(r => query.Statuses.Count > 0 || r.Status != RunStatus.Succeeded).Select(static r => r.RunId)]
        : [.. selection.Runs];
}
