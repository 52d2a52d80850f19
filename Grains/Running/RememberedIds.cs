namespace OrleansTasks.Running;

/// <summary>
/// Remembers the ids of orders that were given up, or of requests that were repeated, so that late arrivals are recognized. It keeps them
/// for longer than a message can take.
/// </summary>
internal sealed class RememberedIds(TimeProvider time)
{
    /// <summary>The time for which an id is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private readonly Dictionary<Guid, long> _ids = [];
    private readonly Queue<Guid> _order = new();
    private readonly Lock _gate = new();

    public void Add(Guid id)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && time.GetElapsedTime(_ids[oldest]) > Kept)
            {
                _ids.Remove(_order.Dequeue());
            }

            if (_ids.TryAdd(id, time.GetTimestamp()))
            {
                _order.Enqueue(id);
            }
        }
    }

    public bool Contains(Guid id)
    {
        lock (_gate)
        {
            return _ids.Count > 0 && _ids.ContainsKey(id);
        }
    }
}
