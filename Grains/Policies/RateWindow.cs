namespace OrleansTasks;

/// <summary>Counts what has begun in the last period of a rate limit. Pure.</summary>
internal sealed class RateWindow
{
    private readonly Queue<DateTimeOffset> _starts = new();

    /// <summary>Notes that one has begun, at an instant that is not earlier than those before.</summary>
    public void Note(DateTimeOffset at) => _starts.Enqueue(at);

    /// <summary>How many more may begin now.</summary>
    public int Room(RateLimit limit, DateTimeOffset now)
    {
        Forget(limit, now);
        return Math.Max(0, limit.Runs - _starts.Count);
    }

    /// <summary>When the next one may begin; null: now.</summary>
    public DateTimeOffset? OpensAt(RateLimit limit, DateTimeOffset now) =>
        Room(limit, now) > 0 ? null : _starts.ElementAt(_starts.Count - limit.Runs) + limit.Period;

    private void Forget(RateLimit limit, DateTimeOffset now)
    {
        while (_starts.TryPeek(out var oldest) && oldest + limit.Period <= now)
        {
            _starts.Dequeue();
        }
    }
}
