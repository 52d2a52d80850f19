namespace OrleansTasks.Testing.Clusters;

/// <summary>Tells the mover of a cluster's clock which runs have ended.</summary>
internal sealed class Signals
{
    private readonly Lock _gate = new();
    private HashSet<RunId> _awaited = [];
    private TaskCompletionSource _all = Done();
    private long _ended;

    /// <summary>Gets how many runs have ended.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>Waits for the ends of runs. It must be called before they can start.</summary>
    /// <returns>A task that ends when all of them have ended.</returns>
    public Task Await(IEnumerable<RunId> runs)
    {
        lock (_gate)
        {
            _awaited = [.. runs];
            _all = _awaited.Count == 0 ? Done() : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _all.Task;
        }
    }

    /// <summary>Gets the awaited runs that have not ended.</summary>
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

    /// <summary>Records that a run has ended.</summary>
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
