using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Collections;
using OrleansTasks.Runs;
using OrleansTasks.Watching;

namespace OrleansTasks.Tasks;

/// <summary>The runs that a task's grain has, and those who wait for their ends, or for the ends of runs that it does not have yet.</summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="time">The clock of waits.</param>
internal sealed class RunTable(GrainTurns turns, TimeProvider time)
{
    private readonly Dictionary<Guid, ActiveRun> _runs = [];

    // Waits for stored runs that are not due yet and so are not here.
    private LazySet<ActiveRun> _outside;

    private EndedRuns? _ended;

    public int Count => _runs.Count;

    public Dictionary<Guid, ActiveRun>.ValueCollection All => _runs.Values;

    /// <summary>Whether somebody waits for a run that is not here.</summary>
    public bool IsAwaitedOutside => _outside.Count > 0;

    public bool Has(Guid run) => _runs.ContainsKey(run);

    public bool TryGet(Guid run, [NotNullWhen(true)] out ActiveRun? found) => _runs.TryGetValue(run, out found);

    /// <summary>Whether it is this run, and no other of its id, that is here.</summary>
    public bool Has(ActiveRun run) => _runs.TryGetValue(run.RunId.Value, out var present) && present == run;

    /// <summary>Whether a run that was in a phase still is: an earlier attempt of it, given up for lost, may have spoken meanwhile.</summary>
    public bool IsIn(ActiveRun run, RunPhase phase) => run.Phase == phase && Has(run);

    /// <summary>Takes a run. What is decided upon an answer is decided anew before: the run may have come here meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Another one of its id is here, which would be forgotten with all who wait for it.</exception>
    public void Put(ActiveRun run)
    {
        if (!_runs.TryAdd(run.RunId.Value, run) && _runs[run.RunId.Value] != run)
        {
            throw new InvalidOperationException($"The run {run.RunId} is here already.");
        }
    }

    /// <summary>Lets go of a run. Another one of its id, to which it has given way, stays.</summary>
    public void Remove(ActiveRun run)
    {
        RunSpans.Leave(run);
        if (Has(run))
        {
            _runs.Remove(run.RunId.Value);
            _ended?.Add(run.RunId.Value);
        }
    }

    /// <summary>Notes which runs end from now on: for whoever asks something now and acts upon the answer later.</summary>
    public GoneRuns WatchEnds() => (_ended ??= new EndedRuns()).Watch();

    /// <summary>Waits for a run to end; null when the caller is to ask again.</summary>
    public Task<TaskResult?> WaitForAsync(ActiveRun run) => turns.IsLeaving ? Task.FromResult<TaskResult?>(null) : run.WaitAsync(time.GetTimestamp());

    /// <summary>The same for a run that is not here.</summary>
    public Task<TaskResult?> WaitOutsideAsync(ActiveRun run)
    {
        _outside.Add(run);
        return WaitForAsync(run);
    }

    /// <summary>Tells those who wait for a run that was not here.</summary>
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

    /// <summary>Lets callers go who have waited for so long; they ask again.</summary>
    public void LetCallersGo(TimeSpan patience)
    {
        var before = time.GetTimestamp() - (long)(patience.TotalSeconds * time.TimestampFrequency);
        foreach (var run in _runs.Values.Concat(_outside).ToList())
        {
            run.ReleaseWaiters(before);
        }

        _outside.RemoveWhere(w => !w.HasWaiters);
    }

    /// <summary>Tells those whose runs have ended why they are not told what came of them.</summary>
    public void TellCallersOfEnded(Exception trouble)
    {
        foreach (var run in _runs.Values.Where(static r => r.Ending).ToList())
        {
            run.FailWaiters(trouble);
        }
    }

    /// <summary>Lets all callers go.</summary>
    public void LetAllCallersGo()
    {
        foreach (var run in _runs.Values.Concat(_outside).ToList())
        {
            run.ReleaseWaiters(long.MaxValue);
        }
    }
}
