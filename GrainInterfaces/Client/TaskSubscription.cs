using System.Runtime.CompilerServices;

namespace OrleansTasks.Client;

/// <summary>Represents a sequence of items for one reader, and what happens when it ends.</summary>
internal sealed class TaskSubscription<T>(Func<CancellationToken, IAsyncEnumerable<T>> read, Func<ValueTask> close) : ITaskSubscription<T>
{
    private readonly CancellationTokenSource _disposed = new();

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await close().ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async IAsyncEnumerable<T> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _disposed.Token);
        await foreach (var item in read(either.Token).ConfigureAwait(false))
        {
            yield return item;
        }
    }
}
