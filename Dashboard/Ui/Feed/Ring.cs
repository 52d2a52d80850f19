namespace OrleansTasks.Ui;

/// <summary>Stores the last items of a stream, numbered from 1. Thread-safe.</summary>
internal sealed class Ring<T>(int capacity)
{
    private readonly Lock _gate = new();
    private readonly T[] _items = new T[capacity];
    private long _last;

    /// <summary>Gets the number of the last item, which is the number of items added so far.</summary>
    public long Last => Interlocked.Read(ref _last);

    public void Add(Func<long, T> make)
    {
        lock (_gate)
        {
            var number = _last + 1;
            _items[number % capacity] = make(number);
            _last = number;
        }
    }

    /// <summary>Returns stored items that match a condition, newest first.</summary>
    public IReadOnlyList<T> Newest(Func<T, bool> wanted, int limit)
    {
        var found = new List<T>();
        lock (_gate)
        {
            for (var number = _last; number > 0 && number > _last - capacity && found.Count < limit; number--)
            {
                if (_items[number % capacity] is { } item && wanted(item))
                {
                    found.Add(item);
                }
            }
        }

        return found;
    }
}
