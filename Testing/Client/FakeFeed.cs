using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OrleansTasks.Client;

namespace OrleansTasks.Testing.Client;

/// <summary>
/// Manages the subscribers of a fake client to one kind of item. Each receives the items that are published after it subscribed.
/// </summary>
/// <typeparam name="T">The item's type.</typeparam>
internal sealed class FakeFeed<T>
{
    private readonly Lock _gate = new();
    private readonly List<(Func<T, bool> Wants, Channel<T> Items)> _subscribers = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _subscribers.Count;
            }
        }
    }

    public void Push(T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_gate)
        {
            foreach (var (wants, items) in _subscribers)
            {
                if (wants(item))
                {
                    items.Writer.TryWrite(item);
                }
            }
        }
    }

    /// <summary>Subscribes.</summary>
    /// <param name="wants">Decides which items the subscriber receives.</param>
    /// <param name="first">Items that it receives before all others.</param>
    public ITaskSubscription<T> Subscribe(Func<T, bool> wants, IEnumerable<T>? first = null)
    {
        var items = Channel.CreateUnbounded<T>();
        foreach (var item in first ?? [])
        {
            items.Writer.TryWrite(item);
        }

        var entry = (wants, items);
        lock (_gate)
        {
            _subscribers.Add(entry);
        }

        return new TaskSubscription<T>(items.Reader.ReadAllAsync, () =>
        {
            lock (_gate)
            {
                _subscribers.Remove(entry);
            }

            items.Writer.TryComplete();
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Subscribes when the enumeration starts.</summary>
    public async IAsyncEnumerable<T> ReadAsync(Func<T, bool> wants, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var subscription = Subscribe(wants);
        try
        {
            await foreach (var item in subscription.WithCancellation(ct).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }
}
