namespace OrleansTasks.Tests.Web;

/// <summary>Represents one task of a <see cref="FakeCluster"/>.</summary>
internal sealed class FakeTask(FakeCluster client, string name, Func<TaskArguments, CancellationToken, Task<TaskResult>>? run,
    int historyLength) : ITaskGrain
{
    public static readonly DateTimeOffset Epoch = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly List<TaskResult> _history = [];
    private readonly Dictionary<RunId, RunInfo> _runs = [];
    private long _sequence;

    public TaskInfo Info { get; set; } = new()
    {
        Name = name,
        Handler = name,
        HandlerAvailable = true,
        CreatedAt = Epoch,
        UpdatedAt = Epoch,
        Revision = 1
    };

    public List<DispatchRequest> Dispatched { get; } = [];

    public List<TriggerOptions?> Triggered { get; } = [];

    public BackfillRequest? LastBackfill { get; private set; }

    public RunOptions? LastRunOptions { get; private set; }

    /// <summary>Adds a result, and sends it to the subscribers unless <paramref name="send"/> is false.</summary>
    public TaskResult Finish(object? value = null, RunStatus status = RunStatus.Succeeded, RunId? run = null, bool send = true)
    {
        var result = Result(value, status, run ?? new RunId(name, Guid.NewGuid())) with { Sequence = ++_sequence };
        _history.Add(result);
        if (_history.Count > historyLength)
        {
            _history.RemoveAt(0);
        }

        if (send)
        {
            client.Publish(result);
        }

        return result;
    }

    public void Take(TaskRegistration registration, long revision) => Info = Info with
    {
        Handler = registration.Handler ?? registration.Name,
        Schedule = registration.Schedule,
        Arguments = registration.Arguments,
        Headers = registration.Headers,
        Options = registration.Options ?? TaskOptions.Default,
        Revision = revision,
    };

    public TaskResult Result(object? value, RunStatus status, RunId run) => new()
    {
        RunId = run,
        Status = status,
        Json = status == RunStatus.Succeeded ? TaskJson.Write(value) : null,
        Error = status == RunStatus.Succeeded ? null : "It broke.",
        ErrorType = status == RunStatus.Failed ? "System.InvalidOperationException" : null,
        Stack = status == RunStatus.Failed ? "at Handler()" : null,
        ScheduledAt = Epoch,
        StartedAt = Epoch,
        FinishedAt = Epoch.AddSeconds(_sequence),
        Attempt = 1,
        Silo = "S127.0.0.1:11111:1",
    };

    public void AddRun(RunInfo info) => _runs[info.RunId] = info;

    /// <summary>Returns what a subscriber gets at once if it has seen everything up to the given number.</summary>
    public IEnumerable<TaskResult> After(long after)
    {
        var kept = _history.Where(r => r.Sequence > after).ToList();
        var missed = kept.Count == 0 ? 0 : kept[0].Sequence - after - 1;
        return missed == 0
            ? kept
            : [new TaskResult { RunId = new RunId(name, Guid.Empty), Status = RunStatus.Gap, Missed = missed, Sequence = after + missed },
                .. kept];
    }

    public async Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        LastRunOptions = options;
        return run is null
            ? Finish(arguments?.ToString())
            : await run(arguments ?? TaskArguments.None, cancellationToken);
    }

    public ValueTask<TaskResult?> BeginRunAsync(RunRequest request) => throw new NotSupportedException();

    public Task<TaskResult?> WaitAsync(RunId run) => throw new NotSupportedException();

    public Task<RunId> DispatchAsync(DispatchRequest request)
    {
        Dispatched.Add(request);
        return Task.FromResult(new RunId(name, request.Id));
    }

    public Task<RunId> TriggerAsync(Guid request = default, bool repeated = false, TriggerOptions? options = null)
    {
        Triggered.Add(options);
        return Task.FromResult(new RunId(name, Guid.NewGuid()));
    }

    public Task<bool> CancelRunAsync(RunId run, bool timedOut = false, Guid request = default)
    {
        var open = _runs.TryGetValue(run, out var info) && !info.Status.IsFinal();
        if (open)
        {
            _runs[run] = info! with { CancelRequested = true };
        }

        return Task.FromResult(open);
    }

    public Task<RunInfo?> GetRunAsync(RunId run) => Task.FromResult(_runs.GetValueOrDefault(run));

    public Task<TaskLedger> LedgerAsync(LedgerQuery? query = null) => Task.FromResult(new TaskLedger
    {
        Task = name,
        Since = Epoch,
        Through = Epoch.AddMinutes(3),
        Pending = 1,
        Totals = [new(OccurrenceOutcome.Fired, OutcomeReason.OnTime, 2), new(OccurrenceOutcome.Skipped, OutcomeReason.Paused, 1)],
        Ranges =
            [new()
            {
                From = Epoch.AddMinutes(3),
                To = Epoch.AddMinutes(3),
                Outcome = OccurrenceOutcome.Skipped,
                Reason = OutcomeReason.Paused
            }],
    });

    public Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null) => Task.FromResult<IReadOnlyList<RunInfo>>(
        [.. _runs.Values.Where(r => before is null || r.Result?.Sequence < before)
            .OrderByDescending(r => r.Result?.Sequence ?? long.MaxValue).Take(limit)]);

    public Task<ResultHistory> HistoryAsync(long after, int limit = 1000) =>
        Task.FromResult(new ResultHistory { Results = [.. _history.Where(r => r.Sequence > after).Take(limit)], LastSequence = _sequence });

    public Task<TaskInfo> DescribeAsync() =>
        Task.FromResult(Info with { LastSequence = _sequence, Running = 0, Waiting = 0, LastResult = _history.LastOrDefault() });

    public Task<bool> CancelAsync(Guid request = default)
    {
        var was = Info.State;
        Info = Info with { State = TaskState.Cancelled };
        return Task.FromResult(was != TaskState.Cancelled);
    }

    public Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request)
    {
        LastBackfill = request;
        return Task.FromResult<IReadOnlyList<RunId>>(
            [.. Info.Schedule!.Occurrences(request.From.AddTicks(-1), request.To).Select(_ => new RunId(name, Guid.NewGuid()))]);
    }

    public Task<TaskInfo> PauseAsync(string? note, DateTimeOffset? until = null, string? by = null,
        PausedOccurrences occurrences = PausedOccurrences.Skip, Guid request = default)
    {
        Info = Info.State == TaskState.Cancelled
            ? throw new TaskCancelledException(name)
            : Info with { State = TaskState.Paused, PauseNote = note, PausedUntil = until, PausedBy = by, PausedOccurrences = occurrences };
        return DescribeAsync();
    }

    public Task<TaskInfo> ResumeAsync(Guid request = default)
    {
        Info = Info.State == TaskState.Cancelled
            ? throw new TaskCancelledException(name)
            : Info with { State = TaskState.Active, PauseNote = null, PausedUntil = null, PausedBy = null };
        return DescribeAsync();
    }
}
