using System.Diagnostics.CodeAnalysis;
using System.Diagnostics;
using OrleansTasks.Collections;
using OrleansTasks.Runs;
using OrleansTasks.Watching;

namespace OrleansTasks.Tasks;

/// <summary>
/// Keeps the runs of a task's grain, and the callers who wait for their ends or for the ends of runs that are not here yet.
/// </summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="time">The clock for waits.</param>
internal sealed class RunTable(GrainTurns turns, TimeProvider time)
{
    private readonly Dictionary<Guid, ActiveRun> _runs = [];

    // Waits for stored runs that are not due yet and so are not here.
    private LazySet<ActiveRun> _outside;

    private EndedRuns? _ended;

    public int Count => _runs.Count;

    public Dictionary<Guid, ActiveRun>.ValueCollection All => _runs.Values;

    /// <summary>Gets whether a caller waits for a run that is not here.</summary>
    public bool IsAwaitedOutside => _outside.Count > 0;

    public bool Has(Guid run) => _runs.ContainsKey(run);

    public bool TryGet(Guid run, [NotNullWhen(true)] out ActiveRun? found) => _runs.TryGetValue(run, out found);

    /// <summary>Returns whether this very run, and not another object with its id, is here.</summary>
    public bool Has(ActiveRun run) => _runs.TryGetValue(run.RunId.Value, out var present) && present == run;

    /// <summary>
    /// Returns whether a run is still in a phase. Meanwhile, an earlier attempt that was given up as lost may have reported.
    /// </summary>
    public bool IsIn(ActiveRun run, RunPhase phase) => run.Phase == phase && Has(run);

    /// <summary>Adds a run. Before that, the caller must check again whether the run has come here while it waited for an answer.</summary>
    /// <exception cref="UnreachableException">Another object with the same id is here. It would be forgotten together with its waiting
    /// callers.</exception>
    public void Put(ActiveRun run)
    {
        if (!_runs.TryAdd(run.RunId.Value, run) && _runs[run.RunId.Value] != run)
        {
            throw new UnreachableException($"The run {run.RunId} is here already.");
        }
    }

    /// <summary>Removes a run. Another object with its id, to which it has given way, stays.</summary>
    public void Remove(ActiveRun run)
    {
        RunSpans.Leave(run);
        if (Has(run))
        {
            _runs.Remove(run.RunId.Value);
            _ended?.Add(run.RunId.Value);
        }
    }

    /// <summary>Records which runs end from now on, for a caller that asks a question now and processes the answer later.</summary>
    public GoneRuns WatchEnds() => (_ended ??= new EndedRuns()).Watch();

    /// <summary>Waits for a run to end. Returns null if the caller has to ask again.</summary>
    public Task<TaskResult?> WaitForAsync(ActiveRun run) =>
        turns.IsLeaving ? Task.FromResult<TaskResult?>(null) : run.WaitAsync(time.GetTimestamp());

    /// <summary>Waits in the same way for a run that is not here.</summary>
    public Task<TaskResult?> WaitOutsideAsync(ActiveRun run)
    {
        _outside.Add(run);
        return WaitForAsync(run);
    }

    /// <summary>Notifies the callers who wait for a run that was not here.</summary>
    public void EndOutside(TaskResult result)
    {
        if (_outside.Count == 0)
        {
            return;
        }

        foreach (var waiting in _outside.Where(w => w.RunId == result.RunId).ToList())
        {
            _outside.Remove(waiting);
            waiting.SetResult(result);
        }
    }

    /// <summary>Releases the callers who have waited longer than a limit. They ask again.</summary>
    public void LetCallersGo(TimeSpan patience)
    {
        var before = time.GetTimestamp() - (long)(patience.TotalSeconds * time.TimestampFrequency);
        foreach (var run in _runs.Values.Concat(_outside).ToList())
        {
            run.ReleaseWaiters(before);
        }

        _outside.RemoveWhere(w => !w.HasWaiters);
    }

    /// <summary>Tells the callers whose runs have ended why the outcome is not reported yet.</summary>
    public void TellCallersOfEnded(Exception trouble)
    {
        foreach (var run in _runs.Values.Where(static r => r.Ending).ToList())
        {
            run.FailWaiters(trouble);
        }
    }

    /// <summary>Releases all callers.</summary>
    public void LetAllCallersGo()
    {
        foreach (var run in _runs.Values.Concat(_outside).ToList())
        {
            run.ReleaseWaiters(long.MaxValue);
        }
    }
}
