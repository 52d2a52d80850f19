namespace OrleansTasks;

/// <summary>The commits that wait for storage, in order, with those being written.</summary>
internal sealed class CommitQueue(int maxChanges, long maxBytes)
{
    private readonly Queue<PendingCommit> _waiting = new();
    private List<PendingCommit> _writing = [];
    private int _changes;
    private long _bytes;

    /// <summary>Ends when all that is queued now is stored; fails if some of it will never be.</summary>
    public Task Tail { get; private set; } = Task.CompletedTask;

    /// <summary>The number of the commit that was queued last.</summary>
    public long Last { get; private set; }

    /// <summary>Whether so much more may be queued. A commit larger than the limit may, when it is alone.</summary>
    public bool HasRoom(int changes, long bytes)
        => _changes == 0 || (_changes + changes <= maxChanges && _bytes + bytes <= maxBytes);

    public PendingCommit Add(IReadOnlyList<LogChange> changes, long bytes)
    {
        var commit = new PendingCommit(changes, bytes, ++Last);
        _waiting.Enqueue(commit);
        _changes += changes.Count;
        _bytes += bytes;
        Tail = commit.Stored;
        return commit;
    }

    /// <summary>Takes the commits for the next write: all that wait, up to a number of bytes; none if none wait.</summary>
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

    /// <summary>The commits that were taken are stored.</summary>
    public void Succeed()
    {
        var stored = _writing;
        _writing = [];
        foreach (var commit in stored)
        {
            _changes -= commit.Changes.Count;
            _bytes -= commit.Bytes;
            commit.Succeed();
        }
    }

    /// <summary>Nothing will be stored any more.</summary>
    public void Fail(Exception error)
    {
        foreach (var commit in _writing.Concat(_waiting))
        {
            commit.Fail(error);
        }

        _writing = [];
        _waiting.Clear();
        _changes = 0;
        _bytes = 0;
    }
}
