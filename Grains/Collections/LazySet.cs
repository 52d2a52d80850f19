using System.Collections;

namespace OrleansTasks.Collections;

/// <summary>A set that is an object only once something was added: most tasks never need theirs, and many tasks are in memory.</summary>
/// <typeparam name="T">What is in it.</typeparam>
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
