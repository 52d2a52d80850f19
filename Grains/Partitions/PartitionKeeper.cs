using Microsoft.Extensions.Logging;
using OrleansTasks.Storage;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>
/// Holds a partition for as long as nobody else takes it. It stores the data in memory, and gives the partition up when that fails. The
/// next holder reads it again.
/// </summary>
/// <param name="silo">The services that all partitions on the silo share.</param>
/// <param name="number">The partition's number.</param>
/// <param name="state">The data in memory.</param>
/// <param name="leave">Deactivates the grain.</param>
internal sealed class PartitionKeeper(PartitionServices silo, int number, PartitionState state, Action leave) : IPartitionPresence
{
    // The pause before opening a partition is retried after an error that needs an operator.
    private static readonly TimeSpan PermanentPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan QuietCheckPeriod = TimeSpan.FromSeconds(30);

    // Tasks wait for 2 s, and storage is tried once a second. Callers must learn before that why they wait in vain.
    private static readonly TimeSpan TellAfter = TimeSpan.FromMilliseconds(500);
    private readonly LinkedList<(long Since, TaskCompletionSource Told)> _callers = new();
    private PartitionLog? _log;
    private volatile bool _isLost;
    private volatile bool _isClosing;

    /// <summary>Gets the partition's name in storage.</summary>
    public string Name { get; } = $"p{number}";

    public bool IsLost => _isLost || _isClosing;

    public bool CanFire => state.Header is { Started: true } && !IsLost;

    /// <summary>Gets whether changes can be stored when the partition is closed.</summary>
    public bool IsOpen => _log is { Failure: null };

    /// <summary>Gets the number of segments of the journal.</summary>
    public int JournalLength => _log?.JournalLength ?? 0;

    /// <summary>Takes the partition over from its previous holder.</summary>
    /// <param name="options">The limits, and which losses are accepted.</param>
    /// <returns>Its items.</returns>
    public async Task<Dictionary<string, string>> OpenAsync(PartitionLogOptions options)
    {
        _log = await PartitionLog.OpenAsync(silo.Storage, Name, state.Items, options, silo.Pauses, silo.Log);
        return _log.TakeItems();
    }

    /// <summary>Starts to watch the partition: gives it up when others have it, and detects that storage went back.</summary>
    public void Watch()
    {
        GiveUpWhenLostAsync().Ignore();
        WatchStorageAsync().Ignore();
    }

    /// <summary>Stores all changes made so far. Nothing may be acknowledged before.</summary>
    /// <exception cref="PartitionMovedException">The changes cannot be stored, or others have the partition.</exception>
    public async Task CommitAsync()
    {
        if (_isLost)
        {
            throw Moved();
        }

        try
        {
            await _log!.CommitAsync(state.TakeChanges());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            GiveUp(e);
            throw AsTold(e);
        }
    }

    /// <summary>
    /// Waits for the operation that a caller requested. If storage fails meanwhile, the caller receives an error and may ask again, while
    /// the operation continues. A timeout would not tell the caller what is wrong.
    /// </summary>
    /// <param name="call">The operation.</param>
    /// <exception cref="PartitionMovedException">Storage fails.</exception>
    public async Task UnlessStorageFailsAsync(Task call)
    {
        var caller = _callers.AddLast((silo.Pauses.GetTimestamp(), new TaskCompletionSource()));
        try
        {
            await await Task.WhenAny(call, caller.Value.Told.Task);
        }
        finally
        {
            _callers.Remove(caller);
        }
    }

    /// <summary>Passes an error of storage on to the callers that have waited for a while. The operation is retried.</summary>
    public void OnStorageFailed(Exception error)
    {
        foreach (var (_, told) in _callers.TakeWhile(c => silo.Pauses.GetElapsedTime(c.Since) >= TellAfter).ToList())
        {
            told.TrySetException(StorageErrors.Away(Name, error));
        }
    }

    /// <summary>Converts a failure of the partition into an exception type that every caller knows.</summary>
    public TaskException AsTold(Exception failure) => failure switch
    {
        PartitionMovedException moved => moved,
        PartitionStorageException { IsPermanent: true } => new TaskStorageException(failure.Message) { IsPermanent = true },
        PartitionStorageException => StorageErrors.Away(Name, failure),
        _ => Moved(),
    };

    /// <summary>Rejects changes for which storage has no room now. Must be called before anything changes.</summary>
    /// <exception cref="TasksOverloadedException">Too many changes wait for storage.</exception>
    /// <exception cref="PartitionMovedException">Nothing is stored here any more.</exception>
    public void EnsureRoom(int changes, long bytes)
    {
        try
        {
            _log!.EnsureRoom(changes, bytes);
        }
        catch (Exception e) when (e is PartitionStorageException or PartitionFencedException or StrandedSegmentException)
        {
            throw AsTold(e);
        }
    }

    /// <summary>
    /// Stops all activity of the partition, from any thread. Used by a silo that is about to hand its tasks over and has no other silo.
    /// </summary>
    public void StopWaking() => _isClosing = true;

    /// <summary>Records that the grain leaves memory.</summary>
    public void Leave() => _isLost = true;

    /// <summary>Stores pending changes and stops.</summary>
    public Task CloseAsync() => _log?.CloseAsync() ?? Task.CompletedTask;

    /// <summary>
    /// Gives the partition up because it could not be opened. Waiting callers receive the error, and the next call reaches another
    /// activation. After a permanent error, this happens only after a pause.
    /// </summary>
    public void FailToOpen(Exception e)
    {
        if (!StorageErrors.IsPermanent(e))
        {
            GiveUp(e);
        }
        else if (!_isLost)
        {
            _isLost = true;
            LogCannotOpen(silo.Log, number, e.Message, PermanentPause);
            LeaveLaterAsync().Ignore();
        }
    }

    /// <summary>Returns the exception for callers while nobody has the partition.</summary>
    public PartitionMovedException Moved() => new($"Partition {number} is being taken over, or its storage does not answer. Repeat the "
        + "call.");

    /// <summary>Gives the partition up because the data in memory no longer matches storage. The next holder reads it again.</summary>
    private void GiveUp(Exception e)
    {
        if (!_isLost)
        {
            _isLost = true;

            // The failure of storage was logged before.
            LogLost(silo.Log, e is PartitionStorageException { IsPermanent: false } ? LogLevel.Debug : LogLevel.Warning, e.Message, number);
            leave();
        }
    }

    private async Task GiveUpWhenLostAsync() => GiveUp(await _log!.Lost);

    private async Task LeaveLaterAsync()
    {
        await Task.Delay(PermanentPause, silo.Pauses);
        leave();
    }

    /// <summary>Checks periodically whether storage still has what it acknowledged.</summary>
    private async Task WatchStorageAsync()
    {
        var least = silo.Options.StorageCheckPeriod;
        var pause = least;
        while (!IsLost)
        {
            var before = _log!.Commits;
            await Task.Delay(pause, silo.Pauses);
            if (IsLost)
            {
                return;
            }

            var goesOn = await _log.VerifyAsync() || _log.Commits != before;
            var longest = QuietCheckPeriod > least ? QuietCheckPeriod : least;
            pause = goesOn ? least : pause * 2 < longest ? pause * 2 : longest;
        }
    }
}
