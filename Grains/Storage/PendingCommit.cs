using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>A commit that is not stored yet, or a part of one that was divided.</summary>
internal sealed class PendingCommit(IReadOnlyList<LogChange> changes, long bytes)
{
    private readonly TaskCompletionSource _stored = Completions.New();

    public IReadOnlyList<LogChange> Changes => changes;

    public long Bytes => bytes;

    /// <summary>One more with each commit that was admitted to the journal.</summary>
    public long Number { get; set; }

    /// <summary>Ends when the commit is stored, or will never be.</summary>
    public Task Stored => _stored.Task;

    public void Succeed() => _stored.TrySetResult();

    public void Fail(Exception error) => _stored.TrySetException(error);
}
