namespace OrleansTasks.Testing.Clusters;

/// <summary>What the silos of a cluster say to who moves its clock: which runs have ended.</summary>
internal sealed class Signals
{
    private readonly Lock _gate = new();
    private HashSet<RunId> _awaited = [];
    private TaskCompletionSource _all = Done();
    private long _ended;

    /// <summary>How many runs have ended.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>Waits for the ends of runs, from before they can begin.</summary>
    /// <returns>Ends when all of them have.</returns>
    public Task Await(IEnumerable<RunId> runs)
    {
        lock (_gate)
        {
            _awaited = [.. runs];
            _all = _awaited.Count == 0 ? Done() : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _all.Task;
        }
    }

    /// <summary>Those that are awaited and have not ended.</summary>
    public IReadOnlyList<RunId> Awaited
    {
        get
        {
            lock (_gate)
            {
                return [.. _awaited];
            }
        }
    }

    /// <summary>Notes that a run has ended.</summary>
    public void Note(RunId run)
    {
        Interlocked.Increment(ref _ended);
        lock (_gate)
        {
            if (_awaited.Remove(run) && _awaited.Count == 0)
            {
                _all.TrySetResult();
            }
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
