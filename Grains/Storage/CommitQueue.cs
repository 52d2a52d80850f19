namespace OrleansTasks.Storage;

/// <summary>
/// Queues the commits that wait for storage, in order, together with those that are being written. It admits what the journal has room for.
/// The rest of a larger commit waits, and is written in parts.
/// </summary>
internal sealed class CommitQueue(int maxChanges, long maxBytes, long partBytes)
{
    private readonly Queue<PendingCommit> _behind = new();
    private readonly Queue<PendingCommit> _waiting = new();
    private List<PendingCommit> _writing = [];
    private int _changes;
    private long _bytes;
    private long _admittedBytes;

    /// <summary>Gets a task that ends when everything that is queued now is stored. It fails if some of it will never be stored.</summary>
    public Task Tail { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Gets a task that ends when everything that is admitted now is stored. It fails if some of it will never be stored.
    /// </summary>
    public Task Admitted { get; private set; } = Task.CompletedTask;

    /// <summary>Gets the number of the last admitted commit.</summary>
    public long Last { get; private set; }

    /// <summary>
    /// Decides whether this many more changes and bytes may be queued. A commit larger than half of the limits counts as half of them.
    /// </summary>
    public bool HasRoom(int changes, long bytes)
        => _changes == 0
            || (_changes + Math.Min(changes, maxChanges / 2) <= maxChanges && _bytes + Math.Min(bytes, maxBytes / 2) <= maxBytes);

    /// <summary>Queues a commit, and divides it if it is larger than the journal admits at a time.</summary>
    /// <returns>A task that ends when all of it is stored.</returns>
    public Task Add(IReadOnlyList<LogChange> changes, long bytes)
    {
        _changes += changes.Count;
        _bytes += bytes;
        foreach (var part in bytes <= maxBytes ? [new PendingCommit(changes, bytes)] : Divide(changes))
        {
            _behind.Enqueue(part);
            Tail = part.Stored;
        }

        Admit();
        return Tail;
    }

    /// <summary>Takes the commits for the next write: all that wait, up to a number of bytes. Returns none if none wait.</summary>
    public IReadOnlyList<PendingCommit> Take(long bytes)
    {
        var taken = 0L;
        while (_waiting.TryPeek(out var next) && (_writing.Count == 0 || taken + next.Bytes <= bytes))
        {
            taken += next.Bytes;
            _writing.Add(_waiting.Dequeue());
        }

        return _writing;
    }

    /// <summary>Completes the commits that were taken, because they are stored.</summary>
    public void Succeed()
    {
        var stored = _writing;
        _writing = [];
        foreach (var commit in stored)
        {
            _changes -= commit.Changes.Count;
            _bytes -= commit.Bytes;
            _admittedBytes -= commit.Bytes;
            commit.Succeed();
        }

        Admit();
    }

    /// <summary>Fails all commits, because nothing can be stored any more.</summary>
    public void Fail(Exception error)
    {
        foreach (var commit in _writing.Concat(_waiting).Concat(_behind))
        {
            commit.Fail(error);
        }

        _writing = [];
        _waiting.Clear();
        _behind.Clear();
        (_changes, _bytes, _admittedBytes) = (0, 0, 0);
    }

    private void Admit()
    {
        while (_behind.TryPeek(out var next) && (_admittedBytes == 0 || _admittedBytes + next.Bytes <= maxBytes))
        {
            _waiting.Enqueue(_behind.Dequeue());
            _admittedBytes += next.Bytes;
            next.Number = ++Last;
            Admitted = next.Stored;
        }
    }

    private IEnumerable<PendingCommit> Divide(IReadOnlyList<LogChange> changes)
    {
        var part = new List<LogChange>();
        var bytes = 0L;
        foreach (var change in changes)
        {
            if (part.Count > 0 && bytes + change.Bytes > partBytes)
            {
                yield return new PendingCommit(part, bytes);
                (part, bytes) = ([], 0);
            }

            part.Add(change);
            bytes += change.Bytes;
        }

        yield return new PendingCommit(part, bytes);
    }
}
