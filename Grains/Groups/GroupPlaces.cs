using OrleansTasks.Policies;
using OrleansTasks.Runs;

namespace OrleansTasks.Groups;

/// <summary>Manages which runs have a place in a group, and which is next: by priority, then by waiting time. Pure.</summary>
/// <remarks>Times are those of a steady clock: a rate limit counts elapsed time.</remarks>
internal sealed class GroupPlaces
{
    private readonly Dictionary<Guid, Holder> _held = [];
    private readonly Dictionary<Guid, Waiter> _waiting = [];

    // The runs whose calls wait here, the next one first.
    private readonly SortedSet<Waiter> _line =
        new(Comparer<Waiter>.Create(static (one, other) => (one.Rank, one.Order).CompareTo((other.Rank, other.Order))));

    // The runs that lent their places and want them back, in this order, each with the time of its last request. They receive the next free
    // places.
    private readonly List<(Guid Run, DateTimeOffset AskedAt)> _returning = [];
    private readonly RateWindow _rate = new();
    private long _last;

    public int Held => _held.Count;

    public int Waiting => _line.Count;

    /// <summary>Gets the places that are held.</summary>
    public IEnumerable<HeldPlace> Holders => _held.Values.Select(static h => h.Place);

    public bool Has(Guid run) => _held.ContainsKey(run);

    /// <summary>Records by which request a run has the place that it already has.</summary>
    public void Keep(Guid run, PlaceMark mark) => _held[run] = _held[run] with { Mark = mark.Or(_held[run].Mark) };

    /// <summary>Returns whether a later request for a run's place is known.</summary>
    public bool IsStale(Guid run, PlaceMark mark) => mark.IsBefore(KnownOf(run));

    /// <summary>Records a run that already has a place. It no longer waits for one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mark">The request by which it received the place. An earlier request does not return it.</param>
    public void Hold(RunId run, PlaceMark mark)
    {
        mark = mark.Or(KnownOf(run.Value));
        StopAsking(run.Value);
        StopReturning(run.Value);
        _held[run.Value] = new Holder(new HeldPlace(run, ++_last), null, mark);
    }

    /// <summary>Records a request of a run. A run that has asked before keeps its turn.</summary>
    public void Ask(RunId run, RunPriority priority, PlaceMark mark = default)
    {
        var order = _waiting.TryGetValue(run.Value, out var known) ? known.Order : ++_last;
        StopAsking(run.Value);
        var waiter = new Waiter(run, Rank(priority), order, LeftAt: null, mark);
        _waiting[run.Value] = waiter;
        _line.Add(waiter);
    }

    /// <summary>
    /// Gives a run the place that it has lent back to it. It may ask again until it has it, and goes before runs that have not started.
    /// </summary>
    /// <returns>Whether the run has its place.</returns>
    public bool Return(RunId run, PlaceMark mark, RunGroup limits, DateTimeOffset now)
    {
        if (Has(run.Value))
        {
            StopReturning(run.Value);
            Keep(run.Value, mark);
            return true;
        }

        var turn = _returning.FindIndex(r => r.Run == run.Value);
        if (turn < 0)
        {
            turn = _returning.Count;
            _returning.Add((run.Value, now));
        }

        _returning[turn] = (run.Value, now);
        if (_held.Count + turn >= limits.MaxConcurrentRuns)
        {
            return false;
        }

        StopAsking(run.Value);
        _returning.RemoveAt(turn);
        _held[run.Value] = new Holder(new HeldPlace(run, ++_last), null, mark);
        return true;
    }

    /// <summary>Records that a run is not waiting at the moment, and will ask again.</summary>
    public void Leave(Guid run, DateTimeOffset now)
    {
        if (_waiting.TryGetValue(run, out var waiter) && _line.Remove(waiter))
        {
            _waiting[run] = waiter with { LeftAt = now };
        }
    }

    /// <summary>Removes the turns of runs that have left and have not asked again since an instant: nobody wants them any more.</summary>
    public void ForgetLeft(DateTimeOffset before)
    {
        foreach (var run in _waiting.Where(w => w.Value.LeftAt < before).Select(static w => w.Key).ToList())
        {
            _waiting.Remove(run);
        }

        _returning.RemoveAll(r => r.AskedAt < before);
    }

    /// <summary>Records that a run no longer wants a place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="unused">Whether the run did not start with its place. It then does not count for the rate limit.</param>
    public void Release(Guid run, bool unused = false)
    {
        StopAsking(run);
        StopReturning(run);
        if (_held.Remove(run, out var held) && unused && held.Noted is { } at)
        {
            _rate.TakeBack(at);
        }
    }

    /// <summary>Takes a place back, unless its run has returned it since, and possibly received another one.</summary>
    public void TakeBack(HeldPlace place)
    {
        if (_held.TryGetValue(place.Run.Value, out var held) && held.Place == place)
        {
            _held.Remove(place.Run.Value);
        }
    }

    /// <summary>Gives places to the next runs, as far as the limits allow.</summary>
    public IReadOnlyList<RunId> Grant(RunGroup limits, DateTimeOffset now)
    {
        var granted = new List<RunId>();
        for (var room = Room(limits, now); room > 0 && _line.Min is { } next; room--)
        {
            StopAsking(next.Run.Value);
            _held[next.Run.Value] = new Holder(new HeldPlace(next.Run, ++_last), limits.RateLimit is null ? null : now, next.Mark);
            if (limits.RateLimit is not null)
            {
                _rate.Note(now);
            }

            granted.Add(next.Run);
        }

        return granted;
    }

    /// <summary>Returns when the rate limit lets the next run start; null if none waits for it.</summary>
    public DateTimeOffset? OpensAt(RunGroup limits, DateTimeOffset now) =>
        _line.Count > 0 && limits.RateLimit is { } rate ? _rate.OpensAt(rate, now) : null;

    private int Room(RunGroup limits, DateTimeOffset now) =>
        Math.Min((limits.MaxConcurrentRuns ?? int.MaxValue) - _held.Count - _returning.Count,
            limits.RateLimit is { } rate ? _rate.Room(rate, now) : int.MaxValue);

    private void StopReturning(Guid run) => _returning.RemoveAll(r => r.Run == run);

    private PlaceMark KnownOf(Guid run) =>
        (_held.GetValueOrDefault(run)?.Mark ?? default).Or(_waiting.GetValueOrDefault(run)?.Mark ?? default);

    private void StopAsking(Guid run)
    {
        if (_waiting.Remove(run, out var waiter))
        {
            _line.Remove(waiter);
        }
    }

    private static int Rank(RunPriority priority) => priority switch { RunPriority.High => 0, RunPriority.Low => 2, _ => 1 };

    // With the instant that counts for the rate limit, if any, and the request by which the place was received.
    private sealed record Holder(HeldPlace Place, DateTimeOffset? Noted, PlaceMark Mark);

    private sealed record Waiter(RunId Run, int Rank, long Order, DateTimeOffset? LeftAt, PlaceMark Mark);
}
