using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Storage;

/// <summary>Whether the storage of this silo works. It says once what is wrong, and once that it is well again, however many partitions and tasks meet it.</summary>
/// <param name="log">The log.</param>
/// <param name="time">Measures for how long it fails; null: the system's clock.</param>
internal sealed class StorageHealth(ILogger log, TimeProvider? time = null)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private volatile bool _isOut;
    private string _trouble = "";
    private long _since;

    /// <summary>What is wrong, and for how long; null if nothing is known to be.</summary>
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

    /// <summary>Something could not be stored or read, and is tried again.</summary>
    /// <param name="what">What.</param>
    /// <param name="error">What storage said.</param>
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

    /// <summary>Something was stored, or read where that had failed.</summary>
    /// <param name="what">What.</param>
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

    /// <summary>Something is not tried any more. That is no sign that storage works.</summary>
    /// <param name="what">What.</param>
    public void GivesUp(string what)
    {
        lock (_gate)
        {
            _failing.Remove(what);
        }
    }

    /// <summary>Writes for somebody who tries again by himself, and is told of a passing failure in words that every silo and client knows.</summary>
    /// <param name="request">Writes.</param>
    /// <param name="what">What.</param>
    /// <exception cref="PartitionMovedException">Storage does not answer now.</exception>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another one has written it.</exception>
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
