using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace OrleansTasks.Storage;

/// <summary>
/// Implements a small log-structured store of items with keys, for one partition, on any grain storage. It is used from the turns of one
/// grain. Changes that <see cref="CommitAsync"/> has acknowledged survive every crash, and every later owner sees them. There is one owner
/// at a time, and a replaced owner can acknowledge nothing more. After a failed commit the owner's items are ahead of storage: the owner
/// must be deactivated, and the log opened again.
/// </summary>
internal sealed class PartitionLog
{
    // The number of slots that one call of VerifyAsync reads ahead.
    private const int LookAhead = 64;
    private readonly string _partition;
    private readonly ILogger _log;
    private readonly JournalLimits _limits;
    private readonly PartitionLogOptions _options;
    private readonly Journal _journal;
    private readonly CommitQueue _queue;
    private readonly Folding _folding;
    private readonly Compaction _compaction;
    private readonly IPartitionItems _owner;
    private readonly RecordStore _store;
    private readonly ManifestWriter _manifest;
    private readonly StorageAudit _audit;
    private readonly LogEnd _end;
    private LoadedItems? _loaded;
    private Task _writer = Task.CompletedTask;
    private bool _writing;

    private PartitionLog(string partition, PartitionContent content, RecordStore store, IPartitionItems owner, PartitionLogOptions options,
        TimeProvider time, ILogger log)
    {
        var ownership = new Ownership(content.Manifest.Owner, content.Manifest.Epoch);

        // The number of slots was fixed when the partition was first opened, whatever the options are now.
        options = options with
        {
            FoldAfterSegments = Math.Min(options.FoldAfterSegments, content.Slots.Count / JournalLimits.SlotsPerFold)
        };
        _partition = partition;
        _store = store;
        _owner = owner;
        _options = options;
        _log = log;
        _loaded = new LoadedItems(content.Items);
        _limits = new JournalLimits(content.Slots.Count, options.SegmentBytes);
        _queue = new CommitQueue(options.MaxQueuedChanges, _limits.QueuedBytes, _limits.GroupBytes);
        _journal = new Journal(store, content.Slots, _limits, ownership);
        _journal.Start(content.Manifest.First, content.Next, content.JournalBytes);
        _manifest = new ManifestWriter(store, content.Manifest);
        var writer = new ItemsWriter(store, _queue, content.ETags, ownership);
        var sizes = new PageSizes(content.PageBytes, options);
        _folding = new Folding(_journal, _manifest, writer, sizes, options) { DeltaBytes = content.DeltaBytes };
        foreach (var key in content.Dirty)
        {
            _folding.Changed(key);
        }

        _end = new LogEnd(partition, log);
        _audit = new StorageAudit(partition, _manifest, _journal, writer, options, log) { OnLoss = () => _compaction!.Poke() };
        _compaction = new Compaction(_folding, _manifest, writer, sizes, options, time)
        {
            Items = _loaded,
            OnRewriting = _audit.NoteRewritingAsync,
            OnRewritten = _audit.NoteRewritten,
            OnFailed = Fail,
        };
    }

    /// <summary>
    /// Gets a task that ends with the error when the log has failed permanently: another owner took over, or storage failed for too long.
    /// </summary>
    public Task<Exception> Lost => _end.Told;

    /// <summary>Gets the reason why nothing can be committed any more, or null while commits are possible.</summary>
    public Exception? Failure => _end.Reason;

    /// <summary>Takes the partition over from its present owner, and reads its items.</summary>
    /// <param name="storage">The grain storage.</param>
    /// <param name="partition">The partition's name, which begins with a letter that is not a hexadecimal digit.</param>
    /// <param name="items">The owner's items. They are read only after <see cref="TakeItems"/>.</param>
    /// <param name="options">The limits.</param>
    /// <param name="time">The clock for pauses.</param>
    /// <param name="log">Receives outages and takeovers.</param>
    /// <exception cref="PartitionFencedException">Another owner took the partition at the same time.</exception>
    /// <exception cref="PartitionStorageException">Storage failed for too long, or what it holds cannot be read.</exception>
    public static async Task<PartitionLog> OpenAsync(
        IGrainStorage storage, string partition, IPartitionItems items, PartitionLogOptions options, TimeProvider time, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FoldAfterSegments, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.JournalSlots, options.FoldAfterSegments * JournalLimits.SlotsPerFold);
        var store = new RecordStore(storage, partition, options, time, log) { OnFailed = options.OnFailed };
        var content = await new PartitionReader(store, partition, options, time, log).TakeOverAsync();
        var opened = new PartitionLog(partition, content, store, items, options, time, log);
        if (opened._folding.IsDue || content.HasGap)
        {
            // Each opening uses a slot for its seal, so openings that never fold would fill the journal. Folding also removes a gap, so
            // that no later owner has to read past it.
            await opened._folding.FoldAsync(opened._loaded!, mayReplace: true);
        }

        return opened;
    }

    /// <summary>Gets the number of segments that the next owner has to read.</summary>
    public int JournalLength => (int)(_journal.Next - _journal.First);

    /// <summary>Gets a number that changes with each commit.</summary>
    public long Commits => _queue.Last;

    /// <summary>
    /// Returns the items as they were read. The owner calls this once, before the first commit. The log then keeps none of them.
    /// </summary>
    public Dictionary<string, string> TakeItems()
    {
        var items = _loaded?.Items ?? throw new UnreachableException("The items were taken before.");
        _loaded = null;
        _compaction.Items = _owner;
        return items;
    }

    /// <summary>
    /// Throws the exception that <see cref="CommitAsync"/> would throw. The owner calls this before it changes its items.
    /// </summary>
    /// <exception cref="TasksOverloadedException">Too many changes wait for storage.</exception>
    public void EnsureRoom(int changes, long bytes)
    {
        _end.ThrowIfEnded();

        if (!_queue.HasRoom(changes, bytes))
        {
            throw new TasksOverloadedException(
                null, $"More than {_options.MaxQueuedChanges} changes, or {_limits.QueuedBytes} bytes, wait for the storage of "
                    + $"partition '{_partition}'. Try again later, or make storage faster.", TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// Stores changes. Either all of them are stored or none, unless they have more than 32 MiB: then they are divided, and a crash may
    /// leave the first of them. Changes that are committed during a write go into the next write. The task ends when these and all earlier
    /// changes are stored. After an error it is unknown whether they are stored. The owner's items must already contain the changes.
    /// </summary>
    /// <exception cref="PartitionFencedException">Another owner has taken over.</exception>
    /// <exception cref="PartitionStorageException">Storage failed for too long.</exception>
    public Task CommitAsync(IReadOnlyList<LogChange> changes)
    {
        if (_loaded is not null)
        {
            throw new UnreachableException("Take the items before committing changes of them.");
        }

        _end.ThrowIfEnded();

        if (changes.Count == 0)
        {
            // An empty commit waits for everything that was committed before.
            return _queue.Tail;
        }

        foreach (var change in changes)
        {
            _folding.Changed(change.Key);
        }

        // The owner asks whether there is room before it changes its items. Afterwards it is too late to refuse.
        var stored = _queue.Add(changes, changes.Sum(static change => (long)change.Bytes));
        if (!_writing)
        {
            _writing = true;
            _writer = WriteAsync();
        }

        return stored;
    }

    /// <summary>Folds everything into the pages. The log also does this by itself when it is worth it.</summary>
    public Task CheckpointAsync()
    {
        _end.ThrowIfEnded();

        return _compaction.CheckpointAsync();
    }

    /// <summary>
    /// Stores what was committed and accepts nothing more, because the owner is about to leave. First it writes again what storage has
    /// lost: afterwards nobody has these items.
    /// </summary>
    public async Task CloseAsync()
    {
        await _writer;
        if (_end.Reason is null && _loaded is null)
        {
            await TryLookAsync();
            if (_manifest.WentBack)
            {
                _compaction.Poke();
                await _compaction.Loop;
            }
        }

        Stop(new PartitionFencedException($"The log of partition '{_partition}' is closed."));
        await _compaction.Loop;
    }

    /// <summary>
    /// Checks whether storage still has what it acknowledged last, and otherwise writes everything again from memory. The owner calls this
    /// from time to time, because a server that was replaced by an older copy of itself, or that lost its last second, does not report it.
    /// </summary>
    /// <returns>Whether there is more to check soon.</returns>
    public async Task<bool> VerifyAsync()
    {
        if (_end.Reason is not null || _loaded is not null)
        {
            return false;
        }

        return await TryLookAsync(LookAhead);
    }

    /// <summary>Checks whether storage has what it acknowledged, and reads some of the slots that this owner has not used yet.</summary>
    /// <returns>Whether there is more to check soon.</returns>
    private async Task<bool> TryLookAsync(int ahead = 0)
    {
        try
        {
            await LookAsync(_store.IsSuspect);
            return ahead > 0 && await _journal.LookAheadAsync(ahead);
        }
        catch (StrandedSegmentException stranded)
        {
            await FailToReadOnAsync(stranded);
        }
        catch (PartitionStorageException e) when (!e.IsPermanent)
        {
            // Storage does not answer. Commits will detect this too.
            return true;
        }
        catch (Exception error)
        {
            Fail(error);
        }

        return false;
    }

    private Task LookAsync(bool all)
    {
        _store.IsSuspect = false;
        return _audit.LookAsync(all);
    }

    /// <summary>Gives the partition up, and records for the next owner how far it has to read.</summary>
    private async Task FailToReadOnAsync(StrandedSegmentException stranded)
    {
        try
        {
            await _manifest.MarkAsync(stranded.Sequence + 1);
        }
        catch (Exception e) when (e is PartitionStorageException or PartitionFencedException)
        {
            _log.Stops(LogLevel.Warning, _partition, e);
        }

        Fail(stranded);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (_queue.Take(_limits.GroupBytes) is { Count: > 0 } group)
            {
                await _journal.AppendAsync(ItemBatch.Split(group.SelectMany(commit => commit.Changes), _options.SegmentBytes),
                    group[0].Number);
                if (_store.IsSuspect)
                {
                    await LookAsync(all: true);
                }

                _queue.Succeed();
                _compaction.Poke();
            }
        }
        catch (StrandedSegmentException stranded)
        {
            await FailToReadOnAsync(stranded);
        }
        catch (Exception error)
        {
            Fail(error);
        }
        finally
        {
            _writing = false;
        }
    }

    private void Fail(Exception error)
    {
        _end.Log(error);
        Stop(error);
    }

    private void Stop(Exception reason)
    {
        var first = _end.Take(reason);
        _journal.Fail(first);
        _queue.Fail(first);
        _compaction.Stop(first);
        _end.Tell();
    }
}
