using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>Represents a commit that is not stored yet, or a part of a divided commit.</summary>
internal sealed class PendingCommit(IReadOnlyList<LogChange> changes, long bytes)
{
    private readonly TaskCompletionSource _stored = Completions.New();

    public IReadOnlyList<LogChange> Changes => changes;

    public long Bytes => bytes;

    /// <summary>Gets or sets a number that grows by one with each commit that is admitted to the journal.</summary>
    public long Number { get; set; }

    /// <summary>Gets a task that ends when the commit is stored, or fails when it will never be.</summary>
    public Task Stored => _stored.Task;

    public void Succeed() => _stored.TrySetResult();

    public void Fail(Exception error) => _stored.TrySetException(error);
}
