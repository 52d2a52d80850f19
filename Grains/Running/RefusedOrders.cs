namespace OrleansTasks.Running;

/// <summary>
/// Orders whose senders gave them up, or runs that were called off, so that an order that arrives late is not carried out. Kept for longer than a message can be on its way.
/// </summary>
internal sealed class RefusedOrders(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private readonly Dictionary<Guid, long> _refused = [];
    private readonly Queue<Guid> _order = new();
    private readonly Lock _gate = new();

    public void Add(Guid id)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && time.GetElapsedTime(_refused[oldest]) > Kept)
            {
                _refused.Remove(_order.Dequeue());
            }

            if (_refused.TryAdd(id, time.GetTimestamp()))
            {
                _order.Enqueue(id);
            }
        }
    }

    public bool Contains(Guid id)
    {
        lock (_gate)
        {
            return _refused.Count > 0 && _refused.ContainsKey(id);
        }
    }
}
