using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace OrleansTasks;

/// <summary>
/// A small log-structured store of items with keys, for one partition, on any grain storage. For use from the turns of one
/// grain. What <see cref="CommitAsync"/> has acknowledged survives every crash and is seen by every later owner; there is one
/// owner at a time, and one that was replaced can acknowledge nothing more. After an error of a commit the owner's items are
/// ahead of storage: it must be deactivated, and opened again.
/// </summary>
internal sealed class PartitionLog
{
    private readonly string _partition;
    private readonly ILogger _log;
    private readonly JournalLimits _limits;
    private readonly PartitionLogOptions _options;
    private readonly Journal _journal;
    private readonly CommitQueue _queue;
    private readonly Folding _folding;
    private readonly Compaction _compaction;
    private readonly IPartitionItems _owner;
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadedItems? _loaded;
    private Task _writer = Task.CompletedTask;
    private bool _writing;
    private Exception? _failure;

    private PartitionLog(string partition, PartitionContent content, RecordStore store, IPartitionItems owner, PartitionLogOptions options, TimeProvider time, ILogger log)
    {
        var epoch = content.Manifest.Epoch;

        // The number of slots is what it was when the partition was first opened, whatever the options are now.
        options = options with { FoldAfterSegments = Math.Min(options.FoldAfterSegments, content.Slots.Count / JournalLimits.SlotsPerFold) };
        _partition = partition;
        _owner = owner;
        _options = options;
        _log = log;
        _loaded = new LoadedItems(content.Items);
        _limits = new JournalLimits(content.Slots.Count, options.SegmentBytes);
        _queue = new CommitQueue(options.MaxQueuedChanges, _limits.QueuedBytes);
        _journal = new Journal(store, content.Slots, _limits, epoch);
        _journal.Start(content.Manifest.First, content.Next, content.JournalBytes);
        var manifest = new ManifestWriter(store, content.Manifest, content.ETag);
        var writer = new ItemsWriter(store, _queue, content.ETags, epoch);
        var sizes = new PageSizes(content.PageBytes, options);
        _folding = new Folding(_journal, manifest, writer, sizes, options) { DeltaBytes = content.DeltaBytes };
        foreach (var key in content.Dirty)
        {
            _folding.Changed(key);
        }

        _compaction = new Compaction(_folding, manifest, writer, sizes, options, time) { Items = _loaded, OnFailed = Fail };
    }

    /// <summary>Ends, with the error, when the log has failed for good: another owner took over, or storage failed for too long.</summary>
    public Task<Exception> Lost => _lost.Task;

    /// <summary>Why nothing can be committed any more; null while it can.</summary>
    public Exception? Failure => _failure;

    /// <summary>Takes the partition over from whoever has it, and reads its items.</summary>
    /// <param name="storage">The grain storage.</param>
    /// <param name="partition">The partition's name, which begins with a letter that is not a hexadecimal digit.</param>
    /// <param name="items">The owner's items; asked only after <see cref="TakeItems"/>.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="log">Told of outages and take-overs.</param>
    /// <exception cref="PartitionFencedException">Another owner took the partition at the same time.</exception>
    /// <exception cref="PartitionStorageException">Storage failed for too long, or what it holds cannot be read.</exception>
    public static async Task<PartitionLog> OpenAsync(
        IGrainStorage storage, string partition, IPartitionItems items, PartitionLogOptions options, TimeProvider time, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FoldAfterSegments, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.JournalSlots, options.FoldAfterSegments * JournalLimits.SlotsPerFold);
        var store = new RecordStore(storage, partition, options, time, log);
        var content = await new PartitionReader(store, partition, options, time, log).TakeOverAsync();
        var opened = new PartitionLog(partition, content, store, items, options, time, log);
        if (opened._folding.IsDue)
        {
            // Each opening takes a slot for its seal: openings that never come to fold would fill the journal.
            await opened._folding.FoldAsync(opened._loaded!, mayReplace: true);
        }

        return opened;
    }

    /// <summary>The items as they were read; once, before the first commit. The log keeps none of them.</summary>
    public Dictionary<string, string> TakeItems()
    {
        var items = _loaded?.Items ?? throw new InvalidOperationException("The items were taken before.");
        _loaded = null;
        _compaction.Items = _owner;
        return items;
    }

    /// <summary>Throws what <see cref="CommitAsync"/> would; to be asked before the owner changes its items.</summary>
    /// <exception cref="TasksOverloadedException">Too much waits for storage.</exception>
    /// <exception cref="ArgumentException">The changes are larger than one commit may be.</exception>
    public void EnsureRoom(int changes, long bytes)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        if (bytes > _limits.QueuedBytes)
        {
            throw new ArgumentException($"A commit of {bytes} bytes is more than the {_limits.QueuedBytes} that one may have. Divide it.");
        }

        if (!_queue.HasRoom(changes, bytes))
        {
            throw new TasksOverloadedException(
                null, $"More than {_options.MaxQueuedChanges} changes, or {_limits.QueuedBytes} bytes, wait for the storage of partition '{_partition}'.", TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// Stores changes: all of them or none. What is committed while a write is under way goes into the next one. Ends when
    /// they, and all that was committed before, are stored; on an error whether they are is not known. The owner's items must
    /// have the changes already.
    /// </summary>
    /// <exception cref="PartitionFencedException">Another owner has taken over.</exception>
    /// <exception cref="PartitionStorageException">Storage failed for too long.</exception>
    public Task CommitAsync(IReadOnlyList<LogChange> changes)
    {
        if (_loaded is not null)
        {
            throw new InvalidOperationException("Take the items before committing changes of them.");
        }

        var bytes = changes.Sum(static change => (long)change.Bytes);
        EnsureRoom(changes.Count, bytes);
        if (changes.Count == 0)
        {
            // Whoever commits nothing wants to speak of what was committed before.
            return _queue.Tail;
        }

        foreach (var change in changes)
        {
            _folding.Changed(change.Key);
        }

        var commit = _queue.Add(changes, bytes);
        if (!_writing)
        {
            _writing = true;
            _writer = WriteAsync();
        }

        return commit.Stored;
    }

    /// <summary>Folds everything into the pages; happens by itself when it is worth it.</summary>
    public Task CheckpointAsync()
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        return _compaction.CheckpointAsync();
    }

    /// <summary>Stores what was committed and takes no more; the owner is about to go.</summary>
    public async Task CloseAsync()
    {
        await _writer;
        Stop(new PartitionFencedException($"The log of partition '{_partition}' is closed."));
        await _compaction.Loop;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (_queue.Take(_limits.GroupBytes) is { Count: > 0 } group)
            {
                await _journal.AppendAsync(ItemBatch.Split(group.SelectMany(commit => commit.Changes), _options.SegmentBytes), group[0].Number);
                _queue.Succeed();
                _compaction.Poke();
            }
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
        if (_failure is null)
        {
            _log.Stops(_partition, error);
        }

        Stop(error);
    }

    private void Stop(Exception reason)
    {
        _failure ??= reason;
        _journal.Fail(_failure);
        _queue.Fail(_failure);
        _compaction.Stop(_failure);
        _lost.TrySetResult(_failure);
    }
}
