using System.Runtime.InteropServices;

namespace OrleansTasks.Running;

/// <summary>Keeps the attempts that a silo has, one for each run, until it is closed and the last attempt has gone.</summary>
internal sealed class HeldAttempts
{
    private readonly Dictionary<Guid, RunningRun> _held = [];
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _any = new();
    private bool _isAwaited;
    private volatile bool _isClosed;

    /// <summary>Gets whether no more attempts are accepted.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Gets a task that ends when no more attempts are accepted and the last one has gone.</summary>
    public Task WhenEmpty => _empty.Task;

    /// <summary>Gets the attempts that are held now.</summary>
    public IReadOnlyList<RunningRun> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _held.Values];
            }
        }
    }

    public RunningRun? Find(Guid run)
    {
        lock (_gate)
        {
            return _held.GetValueOrDefault(run);
        }
    }

    public bool Has(RunningRun run) => Find(run.Order.RunId.Value) == run;

    /// <summary>Adds an attempt.</summary>
    /// <returns>False if the run already has an attempt here, or if no more attempts are accepted.</returns>
    public bool TryAdd(RunningRun run)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            // An outcome is reported before its attempt is removed, and the task may order the next attempt at once.
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_held, run.Order.RunId.Value, out _);
            if (held is { HasEnded: false })
            {
                return false;
            }

            held = run;
            if (_isAwaited)
            {
                _isAwaited = false;
                _any.Set();
            }

            return true;
        }
    }

    /// <summary>Blocks the caller's thread until there is an attempt, or until the given time has passed.</summary>
    public void WaitForAny(TimeSpan most, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_held.Count > 0)
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
            // The caller checks the token.
        }
    }

    /// <summary>Removes an attempt.</summary>
    public void Remove(RunningRun run)
    {
        lock (_gate)
        {
            if (_held.GetValueOrDefault(run.Order.RunId.Value) == run)
            {
                _held.Remove(run.Order.RunId.Value);
            }

            EndIfEmpty();
        }
    }

    /// <summary>Accepts no more attempts.</summary>
    /// <returns>A task that ends when the last attempt has gone.</returns>
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
        if (_isClosed && _held.Count == 0)
        {
            _empty.TrySetResult();
        }
    }
}
