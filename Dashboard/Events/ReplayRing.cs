using System.Globalization;

namespace OrleansTasks.Events;

/// <summary>Keeps the last events of one stream, numbered from 1, within limits on number and size. Thread-safe.</summary>
/// <param name="instance">Distinguishes the numbers of this ring from those of any other.</param>
/// <param name="capacity">The maximum number of events.</param>
/// <param name="maxSize">The maximum size of the events, in bytes. The last event is always kept.</param>
internal sealed class ReplayRing(string instance, int capacity, long maxSize)
{
    private readonly Lock _gate = new();
    private readonly EventData?[] _slots = new EventData?[capacity];
    private TaskCompletionSource? _more;
    private long _first = 1;
    private long _last;
    private long _size;

    /// <summary>Gets a value indicating whether no more events will be added.</summary>
    public bool IsCompleted { get; private set; }

    public string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{instance}-{number}");

    /// <summary>Returns the number after which a client resumes.</summary>
    /// <param name="lastEventId">The id of the last event that the client received; null if the client is new.</param>
    /// <param name="unknown">Whether the id does not belong to this ring, so that the number of missed events is unknown.</param>
    public long Resume(string? lastEventId, out bool unknown)
    {
        lock (_gate)
        {
            unknown = false;
            if (lastEventId is null)
            {
                return _last;
            }

            var dash = lastEventId.LastIndexOf('-');
            var number = 0L;
            unknown = dash < 0 || lastEventId[..dash] != instance
                || !long.TryParse(lastEventId.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
                || number > _last;
            return unknown ? _last : number;
        }
    }

    public void Add(EventData item)
    {
        lock (_gate)
        {
            _last++;
            if (_last - _first >= capacity)
            {
                DropFirst();
            }

            _slots[_last % capacity] = item;
            _size += item.Json.Length;
            while (_size > maxSize && _first < _last)
            {
                DropFirst();
            }

            Wake();
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            IsCompleted = true;
            Wake();
        }
    }

    /// <summary>Copies the events after a number, and returns how many of them are no longer kept in <paramref name="missed"/>.</summary>
    public int Read(long after, Span<EventData> into, out long missed)
    {
        lock (_gate)
        {
            missed = Math.Max(0, _first - 1 - after);
            var from = after + missed + 1;
            var count = (int)Math.Min(into.Length, _last - from + 1);
            for (var i = 0; i < count; i++)
            {
                into[i] = _slots[(from + i) % capacity]!;
            }

            return count;
        }
    }

    /// <summary>Completes when there are events after a number, or when no more events will be added.</summary>
    public Task WaitAsync(long after)
    {
        lock (_gate)
        {
            return _last > after || IsCompleted
                ? Task.CompletedTask
                : (_more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void DropFirst()
    {
        ref var slot = ref _slots[_first++ % capacity];
        _size -= slot!.Json.Length;
        slot = null;
    }

    private void Wake()
    {
        _more?.TrySetResult();
        _more = null;
    }
}
