using OrleansTasks.Runs;

namespace OrleansTasks.Testing.Client;

/// <summary>Keeps the runs of a fake client and their results.</summary>
internal sealed class FakeRuns
{
    private readonly Lock _gate = new();
    private readonly List<FakeRun> _runs = [];
    private readonly List<FakeDispatch> _dispatched = [];
    private readonly Dictionary<(string Task, string Key), RunId> _keys = [];
    private readonly Dictionary<RunId, TaskResult> _results = [];
    private readonly Dictionary<RunId, IReadOnlyList<RunMark>> _marks = [];
    private readonly Dictionary<string, List<TaskResult>> _histories = new(StringComparer.Ordinal);

    public IReadOnlyList<FakeRun> Runs => Copy(_runs);

    public IReadOnlyList<FakeDispatch> Dispatched => Copy(_dispatched);

    /// <summary>Gets the dispatched runs that have no result.</summary>
    public IReadOnlyList<FakeDispatch> Pending => [.. Dispatched.Where(d => ResultOf(d.RunId) is null)];

    public void Add(FakeRun run)
    {
        lock (_gate)
        {
            _runs.Add(run);
        }
    }

    /// <summary>Adds a run. For a key that is known already, it returns the earlier run.</summary>
    public RunId Add(FakeDispatch run)
    {
        lock (_gate)
        {
            if (run.Options?.IdempotencyKey is { } key && !_keys.TryAdd((run.Task, key), run.RunId))
            {
                return _keys[(run.Task, key)];
            }

            _dispatched.Add(run);
            return run.RunId;
        }
    }

    public FakeDispatch? Find(RunId run)
    {
        lock (_gate)
        {
            return _dispatched.Find(d => d.RunId == run);
        }
    }

    public TaskResult? ResultOf(RunId run)
    {
        lock (_gate)
        {
            return _results.GetValueOrDefault(run);
        }
    }

    /// <summary>Adds a result and assigns its number, unless the run has a result already.</summary>
    /// <returns>The result of the run, and whether it is this one.</returns>
    public (TaskResult Result, bool IsNew) End(TaskResult result)
    {
        lock (_gate)
        {
            if (_results.TryGetValue(result.RunId, out var known))
            {
                return (known, false);
            }

            var history = _histories.TryGetValue(result.Task, out var all) ? all : _histories[result.Task] = [];
            var numbered = result.Sequence > 0 ? result : result with { Sequence = history.Count + 1 };
            history.Add(numbered);
            _results[result.RunId] = numbered;
            var asked = _runs.FindIndex(r => r.RunId == result.RunId);
            if (asked >= 0)
            {
                _runs[asked] = _runs[asked] with { Result = numbered };
            }

            return (numbered, true);
        }
    }

    public IReadOnlyList<TaskResult> HistoryOf(string task)
    {
        lock (_gate)
        {
            return _histories.TryGetValue(task, out var all) ? [.. all] : [];
        }
    }

    /// <summary>Returns the runs of a task: first those that have not ended, and then the newest.</summary>
    public IReadOnlyList<RunInfo> InfosOf(string task) =>
    [
        .. Pending.Where(d => d.Task == task).Reverse().Select(d => InfoOf(d.RunId)!),
        .. HistoryOf(task).Reverse().Select(InfoOf),
    ];

    /// <summary>Gets the ended runs of all tasks.</summary>
    public IReadOnlyList<RunInfo> Ended
    {
        get
        {
            lock (_gate)
            {
                return [.. _results.Values.Select(InfoOf)];
            }
        }
    }

    public RunInfo? InfoOf(RunId run) => ResultOf(run) is { } result
        ? InfoOf(result)
        : Find(run) is { } waiting
            ? new RunInfo
            {
                RunId = run,
                Status = RunStatus.Pending,
                Trigger = waiting.Trigger,
                ScheduledAt = waiting.DueAt,
                Arguments = waiting.Arguments,
                Headers = waiting.Options?.Headers!
            }
            : null;

    /// <summary>Adds a mark to an ended run, if it is a dead letter.</summary>
    public void Mark(RunId run, RunMark mark)
    {
        lock (_gate)
        {
            if (_results.TryGetValue(run, out var result) && DeadLetters.Has(result.Status)
                && DeadLetters.Add(MarksOf(run), mark) is { } marks)
            {
                _marks[run] = marks;
            }
        }
    }

    private IReadOnlyList<RunMark> MarksOf(RunId run)
    {
        lock (_gate)
        {
            return _marks.GetValueOrDefault(run) ?? [];
        }
    }

    private RunInfo InfoOf(TaskResult result) => new()
    {
        Marks = MarksOf(result.RunId),
        RetriedBy = MarksOf(result.RunId).LastOrDefault(static m => m.RetriedBy is not null)?.RetriedBy,
        RunId = result.RunId,
        Arguments = Find(result.RunId)?.Arguments,
        RetryOf = Find(result.RunId)?.Options?.RetryOf,
        Status = result.Status,
        Trigger = result.Trigger,
        ScheduledAt = result.ScheduledAt,
        StartedAt = result.StartedAt,
        FinishedAt = result.FinishedAt,
        Attempt = result.Attempt,
        Silo = result.Silo,
        Headers = result.Headers,
        Result = result,
    };

    private IReadOnlyList<T> Copy<T>(List<T> items)
    {
        lock (_gate)
        {
            return [.. items];
        }
    }
}
