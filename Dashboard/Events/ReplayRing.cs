using System.Globalization;

namespace OrleansTasks.Events;

/// <summary>The last events of one stream, numbered from 1, bounded in number and size. Thread-safe.</summary>
/// <param name="instance">Tells the numbers of this ring from those of any other.</param>
/// <param name="capacity">At most so many events are kept.</param>
/// <param name="maxSize">At most so many bytes are kept, though always the last event.</param>
internal sealed class ReplayRing(string instance, int capacity, long maxSize)
{
    private readonly Lock _gate = new();
    private readonly EventData?[] _slots = new EventData?[capacity];
    private TaskCompletionSource? _more;
    private long _first = 1;
    private long _last;
    private long _size;

    /// <summary>Whether nothing will be added any more.</summary>
    public bool IsCompleted { get; private set; }

    public string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{instance}-{number}");

    /// <summary>The number after which a client goes on.</summary>
    /// <param name="lastEventId">What the client says that it saw last; null if it is new.</param>
    /// <param name="unknown">Whether that is no id of this ring, so that nobody knows what the client missed.</param>
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
                || !long.TryParse(lastEventId.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number) || number > _last;
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

    /// <summary>Copies events that follow a number, and tells how many of those that follow it are no longer kept.</summary>
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

    /// <summary>Ends when there are events after a number, or when there will be none.</summary>
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
