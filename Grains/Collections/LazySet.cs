using System.Collections;

namespace OrleansTasks.Collections;

/// <summary>
/// Implements a set that allocates an object only once something is added. Most tasks never need theirs, and many tasks are in memory.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal struct LazySet<T> : IEnumerable<T>
{
    private HashSet<T>? _items;

    public readonly int Count => _items?.Count ?? 0;

    public bool Add(T item) => (_items ??= []).Add(item);

    public readonly bool Remove(T item) => _items?.Remove(item) ?? false;

    public readonly bool Contains(T item) => _items?.Contains(item) ?? false;

    public void UnionWith(IReadOnlyCollection<T> items)
    {
        if (items.Count > 0)
        {
            (_items ??= []).UnionWith(items);
        }
    }

    public readonly void ExceptWith(IEnumerable<T> items) => _items?.ExceptWith(items);

    public readonly void RemoveWhere(Predicate<T> match) => _items?.RemoveWhere(match);

    public void Clear() => _items = null;

    public readonly IEnumerator<T> GetEnumerator() => (_items ?? Enumerable.Empty<T>()).GetEnumerator();

    readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
