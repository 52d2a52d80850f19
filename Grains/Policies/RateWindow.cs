namespace OrleansTasks.Policies;

/// <summary>Counts the starts in the last period of a rate limit. Pure.</summary>
internal sealed class RateWindow
{
    private const int ManyForgotten = 1024;
    private readonly List<DateTimeOffset> _starts = [];
    private int _first;

    /// <summary>Records a start, at an instant that is not earlier than the previous ones.</summary>
    public void Note(DateTimeOffset at) => _starts.Add(at);

    /// <summary>Removes the start that was recorded for an instant, because it did not happen.</summary>
    public void TakeBack(DateTimeOffset at)
    {
        if (_starts.BinarySearch(_first, _starts.Count - _first, at, null) is >= 0 and var found)
        {
            _starts.RemoveAt(found);
        }
    }

    /// <summary>Returns how many more may start now.</summary>
    public int Room(RateLimit limit, DateTimeOffset now)
    {
        Forget(limit, now);
        return Math.Max(0, limit.Runs - (_starts.Count - _first));
    }

    /// <summary>Returns when the next one may start, or null if it may start now.</summary>
    public DateTimeOffset? OpensAt(RateLimit limit, DateTimeOffset now) =>
        Room(limit, now) > 0 ? null : _starts[^limit.Runs] + limit.Period;

    private void Forget(RateLimit limit, DateTimeOffset now)
    {
        while (_first < _starts.Count && _starts[_first] + limit.Period <= now)
        {
            _first++;
        }

        if (_first > ManyForgotten && _first > _starts.Count / 2)
        {
            _starts.RemoveRange(0, _first);
            _first = 0;
        }
    }
}
