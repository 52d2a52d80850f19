namespace OrleansTasks.Testing.Client;

/// <summary>Makes, answers, cancels and ends the runs of a fake client.</summary>
/// <param name="answers">The programmed answers.</param>
/// <param name="runs">Keeps the runs.</param>
/// <param name="tasks">Keeps the tasks, whose own arguments a run has if it is given none.</param>
/// <param name="time">The time.</param>
internal sealed class FakeRunner(FakeAnswers answers, FakeRuns runs, FakeRegistry tasks, TimeProvider time)
{
    private readonly NotedList<RunId> _cancelled = new();

    public FakeFeed<TaskResult> Results { get; } = new();

    /// <summary>Gets the runs for which a cancellation was requested.</summary>
    public IReadOnlyList<RunId> Cancelled => _cancelled.All;

    /// <summary>Gets a value indicating whether the scheduler is started. If not, awaited runs are rejected.</summary>
    public bool IsStarted { get; private set; } = true;

    public Task StartAsync()
    {
        IsStarted = true;
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        IsStarted = false;
        return Task.CompletedTask;
    }

    /// <summary>Records an awaited run, and answers it.</summary>
    /// <exception cref="FakeTaskNotProgrammedException">The task has no programmed answer.</exception>
    public async Task<TaskResult> RunAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken ct)
    {
        answers.Check(run.Task);
        FakeFaults.ThrowIfAny(run.Task, options?.Faults());
        var given = ArgumentsOf(run.Task, arguments);
        runs.Add(new FakeRun(run, run.Task, given, options));
        if (!IsStarted)
        {
            throw new SchedulerStoppedException(run.Task);
        }

        return End(await answers.AnswerAsync(run, given, RunTrigger.Request, ct).ConfigureAwait(false));
    }

    /// <summary>Records an awaited run, and answers it, unless the caller leaves before.</summary>
    public async Task<TaskResult?> RunOrLeaveAsync(
        RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave, CancellationToken ct)
    {
        try
        {
            return await RunAsync(run, arguments, options, ct).WaitAsync(leave).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Stores a run, after the checks of a cluster.</summary>
    public RunId Dispatch(string task, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        CheckDispatch(task, options);
        return Store(task, arguments, options);
    }

    /// <summary>Checks a run as a cluster does before it stores the run.</summary>
    public void CheckDispatch(string task, DispatchOptions? options)
    {
        answers.Check(task);
        FakeFaults.ThrowIfAny(task, options?.Faults());
    }

    /// <summary>Stores a run without checks.</summary>
    public RunId Store(
        string task,
        TaskArguments? arguments,
        DispatchOptions? options,
        RunTrigger trigger = RunTrigger.Dispatch,
        DateTimeOffset? due = null,
        Guid? batch = null)
    {
        var now = time.GetUtcNow();
        var dueAt = due ?? options?.At ?? now + (options?.Delay ?? TimeSpan.Zero);
        return runs.Add(new FakeDispatch(RunId.New(task, time), task, ArgumentsOf(task, arguments), options, dueAt)
        {
            Batch = batch,
            Trigger = trigger,
        });
    }

    /// <summary>Returns the result of a run. A pending run is answered now.</summary>
    /// <exception cref="FakeTaskNotProgrammedException">The run is pending, and its task has no programmed answer.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public async Task<TaskResult> WaitAsync(RunId run, CancellationToken ct)
    {
        if (runs.ResultOf(run) is { } known)
        {
            return known;
        }

        var stored = Find(run);
        var answer = await answers.AnswerAsync(run, stored.Arguments, stored.Trigger, ct).ConfigureAwait(false);
        return End(answer with { Trigger = stored.Trigger, ScheduledAt = stored.DueAt });
    }

    /// <summary>Records the request to cancel a run, and cancels the run if it is pending.</summary>
    /// <returns>Whether it was pending.</returns>
    public bool Cancel(RunId run)
    {
        _cancelled.Add(run);
        if (runs.Find(run) is not { } stored || runs.ResultOf(run) is not null)
        {
            return false;
        }

        End(FakeResults.Cancelled(run, stored.Trigger, time.GetUtcNow()));
        return true;
    }

    public void CancelPending()
    {
        foreach (var run in runs.Pending)
        {
            Cancel(run.RunId);
        }
    }

    /// <summary>Ends a stored run with a value.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public TaskResult Complete(RunId run, object? value)
    {
        var (stored, now) = (Find(run), time.GetUtcNow());
        return End(FakeResults.Of(run, value, stored.Trigger, now, now));
    }

    /// <summary>Ends a stored run as failed.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public TaskResult Fail(RunId run, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var (stored, now) = (Find(run), time.GetUtcNow());
        return End(FakeResults.Failed(run, exception, stored.Trigger, now, now));
    }

    /// <summary>Ends an occurrence of a task, which nobody requested, with a value.</summary>
    public TaskResult Occur(string task, object? value)
    {
        var now = time.GetUtcNow();
        return End(FakeResults.Of(RunId.New(task, time), value, RunTrigger.Schedule, now, now));
    }

    /// <summary>Keeps a result and publishes it, unless its run has one already.</summary>
    /// <returns>The result of the run.</returns>
    public TaskResult End(TaskResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (ended, isNew) = runs.End(result);
        if (isNew)
        {
            Results.Push(ended);
        }

        return ended;
    }

    /// <summary>Subscribes to results.</summary>
    /// <param name="task">The task. Null for all.</param>
    /// <param name="after">The number of a result. The subscriber first receives the results of the task after it. Null for none.</param>
    public ITaskSubscription<TaskResult> Subscribe(string? task, long? after)
    {
        if (after is not null && task is null)
        {
            throw new ArgumentException(
                $"The sequence number {after} is given without a task, but each task numbers its own results. "
                    + "Name the task, or omit the number.",
                nameof(after));
        }

        var first = after is null ? null : runs.HistoryOf(task!).Where(r => r.Sequence > after);
        return Results.Subscribe(r => task is null || r.Task == task, first);
    }

    private FakeDispatch Find(RunId run) => runs.Find(run) ?? throw new RunNotFoundException(run);

    private TaskArguments ArgumentsOf(string task, TaskArguments? given) => given ?? tasks.Get(task).Arguments ?? TaskArguments.None;
}
