using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Storage;

/// <summary>
/// Tracks whether the storage of this silo works. It logs a failure once and the recovery once, however many partitions and tasks meet it.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="time">The clock that measures how long storage fails. Null: the system's clock.</param>
internal sealed class StorageHealth(ILogger log, TimeProvider? time = null)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private volatile bool _isOut;
    private string _trouble = "";
    private long _since;

    /// <summary>Gets the failure and its duration, or null if no failure is known.</summary>
    public (string What, TimeSpan For)? Trouble
    {
        get
        {
            if (!_isOut)
            {
                return null;
            }

            lock (_gate)
            {
                return _isOut ? (_trouble, _time.GetElapsedTime(_since)) : null;
            }
        }
    }

    /// <summary>Records that something could not be stored or read, and is retried.</summary>
    /// <param name="what">What could not be stored or read.</param>
    /// <param name="error">The error of storage.</param>
    public void Fails(string what, Exception error)
    {
        lock (_gate)
        {
            _failing.Add(what);
            if (_isOut)
            {
                return;
            }

            (_isOut, _trouble, _since) = (true, $"{what}: {ExceptionText.MessageOf(error)}", _time.GetTimestamp());
        }

        log.StorageFails(what, error);
    }

    /// <summary>Records that something was stored, or that a read succeeded after a failure.</summary>
    /// <param name="what">What was stored or read.</param>
    public void Works(string what)
    {
        if (!_isOut)
        {
            return;
        }

        lock (_gate)
        {
            _failing.Remove(what);
            if (!_isOut || _failing.Count > 0)
            {
                return;
            }

            _isOut = false;
        }

        log.StorageWorks();
    }

    /// <summary>Records that something is no longer retried. This does not mean that storage works.</summary>
    /// <param name="what">What is no longer retried.</param>
    public void GivesUp(string what)
    {
        lock (_gate)
        {
            _failing.Remove(what);
        }
    }

    /// <summary>
    /// Writes for a caller that retries by itself. The caller gets a transient failure as an exception that every silo and client knows.
    /// </summary>
    /// <param name="request">Makes the write.</param>
    /// <param name="what">What is written.</param>
    /// <exception cref="PartitionMovedException">Storage does not answer now.</exception>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another writer has changed the record.</exception>
    public async Task WriteAsync(Func<Task> request, string what)
    {
        try
        {
            await request();
            Works(what);
        }
        catch (Exception e) when (e is not Orleans.Storage.InconsistentStateException && !StorageErrors.IsPermanent(e))
        {
            Fails(what, e);
            throw StorageErrors.Away(what, e);
        }
    }
}
