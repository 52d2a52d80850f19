using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace OrleansTasks.Collections;

/// <summary>
/// Implements a queue that allocates an object only once something is added. Most tasks never need theirs, and many tasks are in memory.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal struct LazyQueue<T> : IEnumerable<T>
{
    private Queue<T>? _items;

    public readonly int Count => _items?.Count ?? 0;

    public void Enqueue(T item) => (_items ??= new Queue<T>()).Enqueue(item);

    /// <exception cref="InvalidOperationException">The queue is empty.</exception>
    public readonly T Dequeue() => _items is null ? throw new InvalidOperationException("The queue is empty. Use "
        + "TryDequeue.") : _items.Dequeue();

    public readonly bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        item = default;
        return _items?.TryDequeue(out item) ?? false;
    }

    public readonly bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        item = default;
        return _items?.TryPeek(out item) ?? false;
    }

    public void Clear() => _items = null;

    public readonly IEnumerator<T> GetEnumerator() => (_items ?? Enumerable.Empty<T>()).GetEnumerator();

    readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
