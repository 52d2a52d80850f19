namespace OrleansTasks.Client.Feeds;

/// <summary>
/// Remembers the last ids of messages, so that a message that is sent or delivered again is received once. It is thread-safe.
/// </summary>
internal sealed class RecentIds(int capacity)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _known = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>Adds an id.</summary>
    /// <returns>False if it is among the last ones. An empty id is always new.</returns>
    public bool Add(Guid id)
    {
        if (id == Guid.Empty)
        {
            return true;
        }

        lock (_gate)
        {
            if (!_known.Add(id))
            {
                return false;
            }

            _order.Enqueue(id);
            if (_order.Count > capacity)
            {
                _known.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
