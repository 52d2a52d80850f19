using System.Collections.Concurrent;

namespace OrleansTasks.Running;

/// <summary>The attempts that a silo has, one for each run, until it takes no more and the last one has gone.</summary>
internal sealed class HeldAttempts
{
    private readonly ConcurrentDictionary<Guid, RunningRun> _held = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _any = new();
    private bool _isAwaited;
    private volatile bool _isClosed;

    /// <summary>Whether no more are taken.</summary>
    public bool IsClosed => _isClosed;

    public IEnumerable<RunningRun> All => _held.Select(static h => h.Value);

    public RunningRun? Find(Guid run) => _held.GetValueOrDefault(run);

    public bool Has(RunningRun run) => Find(run.Order.RunId.Value) == run;

    /// <summary>Takes an attempt.</summary>
    /// <returns>False if there is one of the run, or no more are taken.</returns>
    public bool TryAdd(RunningRun run)
    {
        lock (_gate)
        {
            // What one came to is told before it goes, and its task may order the next one at once.
            if (_isClosed || Find(run.Order.RunId.Value) is { HasEnded: false })
            {
                return false;
            }

            _held[run.Order.RunId.Value] = run;
            if (_isAwaited)
            {
                _isAwaited = false;
                _any.Set();
            }

            return true;
        }
    }

    /// <summary>Holds the caller's thread until there is an attempt, but no longer than a while.</summary>
    public void WaitForAny(TimeSpan most, CancellationToken stop)
    {
        lock (_gate)
        {
            if (!_held.IsEmpty)
            {
                return;
            }

            _isAwaited = true;
            _any.Reset();
        }

        try
        {
            _any.Wait(most, stop);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at that.
        }
    }

    /// <summary>Has an attempt go.</summary>
    public void Remove(RunningRun run)
    {
        lock (_gate)
        {
            _held.TryRemove(KeyValuePair.Create(run.Order.RunId.Value, run));
            EndIfEmpty();
        }
    }

    /// <summary>Takes no more.</summary>
    /// <returns>Ends when the last one has gone.</returns>
    public Task Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            EndIfEmpty();
        }

        return _empty.Task;
    }

    private void EndIfEmpty()
    {
        if (_isClosed && _held.IsEmpty)
        {
            _empty.TrySetResult();
        }
    }
}
