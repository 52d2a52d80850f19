namespace OrleansTasks.Testing.Client;

/// <summary>Collects items from any thread, and returns copies.</summary>
/// <typeparam name="T">The item's type.</typeparam>
internal sealed class NotedList<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _items = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _items];
            }
        }
    }

    public void Add(T item)
    {
        lock (_gate)
        {
            _items.Add(item);
        }
    }
}
