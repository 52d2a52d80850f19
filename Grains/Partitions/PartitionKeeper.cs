using Microsoft.Extensions.Logging;
using OrleansTasks.Storage;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>
/// Has a partition, for as long as nobody else takes it: stores what is in memory, and gives the partition up when that fails. Whoever takes over reads it anew.
/// </summary>
/// <param name="silo">What all partitions on the silo share.</param>
/// <param name="number">The partition's number.</param>
/// <param name="state">What is in memory.</param>
/// <param name="leave">Has the grain leave memory.</param>
internal sealed class PartitionKeeper(PartitionServices silo, int number, PartitionState state, Action leave) : IPartitionPresence
{
    // A partition that cannot be opened until somebody does something is not tried all the time.
    private static readonly TimeSpan PermanentPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan QuietCheckPeriod = TimeSpan.FromSeconds(30);

    // Tasks wait for 2 s: they are to hear why they wait in vain before that, and storage is tried once a second.
    private static readonly TimeSpan TellAfter = TimeSpan.FromMilliseconds(500);
    private readonly LinkedList<(long Since, TaskCompletionSource Told)> _callers = new();
    private PartitionLog? _log;
    private volatile bool _isLost;
    private volatile bool _isClosing;

    /// <summary>The partition's name in storage.</summary>
    public string Name { get; } = $"p{number}";

    public bool IsLost => _isLost || _isClosing;

    public bool CanFire => state.Header is { Started: true } && !IsLost;

    /// <summary>Whether there is something to store when it leaves.</summary>
    public bool IsOpen => _log is { Failure: null };

    /// <summary>How many segments the journal has.</summary>
    public int JournalLength => _log?.JournalLength ?? 0;

    /// <summary>Takes the partition over from whoever has it.</summary>
    /// <param name="options">Limits, and what may be missing.</param>
    /// <returns>Its items.</returns>
    public async Task<Dictionary<string, string>> OpenAsync(PartitionLogOptions options)
    {
        _log = await PartitionLog.OpenAsync(silo.Storage, Name, state.Items, options, silo.Pauses, silo.Log);
        return _log.TakeItems();
    }

    /// <summary>Looks after it from now on: gives it up when others have it, and notices when storage goes back.</summary>
    public void Watch()
    {
        GiveUpWhenLostAsync().Ignore();
        WatchStorageAsync().Ignore();
    }

    /// <summary>Stores all changes made so far; nothing may be acknowledged before.</summary>
    /// <exception cref="PartitionMovedException">It cannot be stored, or others have the partition.</exception>
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
    /// Waits for what somebody has called for. Where storage fails meanwhile, the caller is told, and may ask again, while what it has begun goes on: who is answered by a timeout
    /// does not know what is wrong.
    /// </summary>
    /// <param name="call">What it waits for.</param>
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

    /// <summary>Tells those who have waited for a while what storage said. It is tried again.</summary>
    public void OnStorageFailed(Exception error)
    {
        foreach (var (_, told) in _callers.TakeWhile(c => silo.Pauses.GetElapsedTime(c.Since) >= TellAfter).ToList())
        {
            told.TrySetException(StorageErrors.Away(Name, error));
        }
    }

    /// <summary>What callers are told of a failure of the partition: in types that each of them knows.</summary>
    public TaskException AsTold(Exception failure) => failure switch
    {
        PartitionMovedException moved => moved,
        PartitionStorageException { IsPermanent: true } => new TaskStorageException(failure.Message) { IsPermanent = true },
        PartitionStorageException => StorageErrors.Away(Name, failure),
        _ => Moved(),
    };

    /// <summary>Refuses what storage has no room for now; to be asked before anything is changed.</summary>
    /// <exception cref="TasksOverloadedException">Too much waits for storage.</exception>
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

    /// <summary>Has nothing done in the partition's name any more, from any thread; for a silo that is about to hand its tasks over and has nobody to.</summary>
    public void StopWaking() => _isClosing = true;

    /// <summary>Says that the grain leaves memory.</summary>
    public void Leave() => _isLost = true;

    /// <summary>Stores what was changed, and no more.</summary>
    public Task CloseAsync() => _log?.CloseAsync() ?? Task.CompletedTask;

    /// <summary>Gives the partition up because it could not be opened. Whoever waits is told, and the next call finds another activation; after an error that stays, not before some time has passed.</summary>
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

    /// <summary>What callers are told while nobody has the partition.</summary>
    public PartitionMovedException Moved() => new($"Partition {number} is being taken over, or its storage does not answer.");

    /// <summary>What is in memory is no longer what is stored: whoever takes over reads that anew.</summary>
    private void GiveUp(Exception e)
    {
        if (!_isLost)
        {
            _isLost = true;

            // That storage fails was said before.
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

    /// <summary>Looks now and then whether storage still has what it acknowledged.</summary>
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
