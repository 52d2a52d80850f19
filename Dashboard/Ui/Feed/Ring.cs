namespace OrleansTasks.Ui;

/// <summary>The last so many of the items that went by, numbered from 1. Safe for several threads.</summary>
internal sealed class Ring<T>(int capacity)
{
    private readonly Lock _gate = new();
    private readonly T[] _items = new T[capacity];
    private long _last;

    /// <summary>How many there were.</summary>
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

    /// <summary>Items that are kept, the newest first.</summary>
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
