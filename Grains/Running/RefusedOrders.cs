namespace OrleansTasks;

/// <summary>
/// Orders whose senders gave them up, so that one that arrives late is not carried out. Kept for longer than a message can be on its way.
/// </summary>
internal sealed class RefusedOrders(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private readonly Dictionary<(Guid Run, int Attempt), long> _refused = [];
    private readonly Queue<(Guid Run, int Attempt)> _order = new();
    private readonly Lock _gate = new();

    public void Add(Guid run, int attempt)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && time.GetElapsedTime(_refused[oldest]) > Kept)
            {
                _refused.Remove(_order.Dequeue());
            }

            if (_refused.TryAdd((run, attempt), time.GetTimestamp()))
            {
                _order.Enqueue((run, attempt));
            }
        }
    }

    public bool Contains(Guid run, int attempt)
    {
        lock (_gate)
        {
            return _refused.Count > 0 && _refused.ContainsKey((run, attempt));
        }
    }
}
