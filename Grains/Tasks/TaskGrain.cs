using Orleans.Concurrency;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Represents one task and makes every decision about it that must be made in one place. It is the shell around the parts of a
/// <see cref="TaskCore"/>, and turns calls, timers and news into turns of the grain.
/// </summary>
/// <remarks>
/// When it is idle, it does not stay for Orleans' default of a quarter of an hour. When it was woken for an occurrence and nobody else asks
/// for it, it leaves as soon as everything is stored. Of a million tasks that fire once an hour, few are in memory at a time. A task that
/// fires at least once a minute stays awake anyway.
/// </remarks>
/// <param name="silo">The services that all tasks on this silo share.</param>
/// <param name="context">The activation.</param>
[GrainType(EngineGrains.Task), Reentrant, CollectionAgeLimit(Minutes = IdleMinutes)]
internal sealed class TaskGrain(TaskServices silo, IGrainContext context) : Grain(context), ITaskGrain, ITaskPages, ITaskEngine, ILocalTask
{
    /// <summary>The number of minutes without calls and runs after which the grain leaves memory.</summary>
    public const int IdleMinutes = 2;
    private readonly GrainTurns _turns = new(silo.Pauses, silo.Log);
    private TaskCore _core = null!;

    public int Waiting => _core?.Waiting ?? 0;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var name = this.GetPrimaryKeyString();
        TaskNames.Check(name);
        _turns.Begin(name, TaskScheduler.Current);
        _core = new TaskCore(silo, name, _turns, StartTimer, DeactivateOnIdle);
        silo.Locals.Add(GrainContext);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Called, on any thread, when the activation has been asked to deactivate. It cannot deactivate before the calls in it return.
    /// </summary>
    public void OnDeactivating()
    {
        if (_turns.Leave())
        {
            _turns.Post(() => _core.LetCallersGo());
        }
    }

    /// <summary>Called, on any thread, when the clock of this silo was set forward or back.</summary>
    public void OnClockStepped(TimeSpan step)
    {
        if (_turns is { IsLeaving: false, HaveBegun: true })
        {
            _turns.Post(() => _core.TakeStepAsync(step));
        }
    }

    /// <summary>Called, on any thread, when a partition of this silo has noticed that storage went back.</summary>
    public void OnStorageWentBack()
    {
        if (_turns is { IsLeaving: false, HaveBegun: true })
        {
            _turns.Post(_core.TakeStorageWentBack);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _turns.LeaveAsync();
        if (_core is not null)
        {
            await _core.LeaveAsync(cancellationToken);
        }

        silo.Locals.Remove(GrainContext);
        _turns.Dispose();
    }

    public async Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var request = new RunRequest { Id = RunId.NewValue(silo.Time.GetUtcNow()), Arguments = arguments, Options = options };
        var run = new RunId(this.GetPrimaryKeyString(), request.Id);
        using var cancellation = cancellationToken.Register(() => _turns.Post(() => CancelRunAsync(run)));
        var result = await BeginRunAsync(request);
        while (result is null)
        {
            if (_turns.IsLeaving)
            {
                // This call cannot wait for the next activation: it would keep this one from leaving.
                throw new TimeoutException($"The task '{run.Task}' is moving to another silo while {run} continues; call "
                    + $"{nameof(WaitAsync)} to wait for it.");
            }

            result = await WaitAsync(run);
        }

        return result.Status == RunStatus.TimedOut && options?.Timeout is { } timeout
            ? throw new TaskTimeoutException(result.RunId, timeout)
            : result;
    }

    public ValueTask<TaskResult?> BeginRunAsync(RunRequest request) => _core.Requests.BeginAsync(request);

    public Task<TaskResult?> WaitAsync(RunId run) => _core.Requests.WaitAsync(run);

    public Task<RunId> DispatchAsync(DispatchRequest request) => _core.StoredRequests.DispatchAsync(request);

    public Task<RunId> TriggerAsync(Guid request = default, bool repeated = false, TriggerOptions? options = null) =>
        _core.StoredRequests.TriggerAsync(request, repeated, options);

    public Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request) => _core.StoredRequests.BackfillAsync(request);

    public Task<bool> CancelRunAsync(RunId run, bool timedOut = false, Guid request = default) =>
        _core.Controls.CancelRunAsync(run, timedOut, request);

    public Task<bool> CancelAsync(Guid request = default) => _core.Controls.CancelAsync(Guid.Empty, request);

    public async Task<TaskInfo> PauseAsync(
        string? note, DateTimeOffset? until = null, string? by = null, PausedOccurrences occurrences = PausedOccurrences.Skip,
        Guid request = default)
    {
        await _core.Controls.PauseAsync(note, until, by, occurrences, request);
        return await DescribeAsync();
    }

    public async Task<TaskInfo> ResumeAsync(Guid request = default)
    {
        await _core.Controls.ResumeAsync(request);
        return await DescribeAsync();
    }

    public Task<TaskInfo> DescribeAsync() => _core.Queries.DescribeAsync();

    public Task<RunInfo?> GetRunAsync(RunId run) => _core.Queries.GetRunAsync(run);

    public async Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null) =>
        (await RunsPageAsync(new RunsPageQuery { Limit = limit, Before = before, Among = limit })).Runs;

    public Task<RunsPage> RunsPageAsync(RunsPageQuery query) => _core.Queries.RunsPageAsync(query);

    public Task<ResultHistory> HistoryAsync(long after, int limit = 1000) => _core.Queries.HistoryAsync(after, limit);

    public Task<TaskLedger> LedgerAsync(LedgerQuery? query = null) => _core.Queries.LedgerAsync(query);

    public Task WakeAsync() => _core.WakeAsync();

    public Task ForgetAsync() => _core.ForgetAsync();

    public Task ReportAsync(RunOrder order, RunOutcome outcome) => _core.Remote.TakeReportAsync(order, outcome);

    public Task ProgressAsync(Guid run, RunProgress progress)
    {
        _core.Local.TakeProgress(run, progress);
        return Task.CompletedTask;
    }

    public Task IgnoresCancellationAsync(Guid run)
    {
        _core.Local.TakeIgnoring(run);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Guid>> HaveGroupPlacesAsync(IReadOnlyList<Guid> runs) => _core.Waits.WithGroupPlacesAsync(runs);

    public Task<bool> AwaitsAsync(Guid run, Awaited awaited, bool begins) => _core.Waits.TakeAsync(run, awaited, begins);

    public Task<BatchWork> OfBatchAsync(Guid batch) => Task.FromResult(_core.Waits.OfBatch(batch));

    public Task StuckAsync(Guid run, string note)
    {
        _core.Waits.TakeStuck(run, note);
        return Task.CompletedTask;
    }

    public Task EndCalledOffAsync(IReadOnlyList<Guid> runs) => _core.Controls.EndCalledOffAsync(runs);

    public Task<bool> ConfirmOrderAsync(Guid run, int attempt, Guid offer, SiloAddress silo) =>
        _core.Orders.ConfirmAsync(run, attempt, offer, silo);

    public Task SaveCheckpointAsync(Guid run, Guid offer, RunCheckpoint checkpoint) =>
        _core.Checkpoints.SaveAsync(new RunId(this.GetPrimaryKeyString(), run), offer, checkpoint);

    public Task<bool> CancelFromAsync(Guid run) => _core.Controls.CancelAsync(run, Guid.Empty);

    private IGrainTimer StartTimer(Func<Task> tick, TimeSpan due) =>
        this.RegisterGrainTimer(static (action, _) => action(), tick,
            new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
}
