using OrleansTasks.Policies;

namespace OrleansTasks.Groups;

/// <summary>Who has a place in a group, and who is next. Pure.</summary>
internal sealed class GroupPlaces
{
    // With the instant that counts for the rate, if one does.
    private readonly Dictionary<Guid, (RunId Run, DateTimeOffset? Noted)> _held = [];
    private readonly Dictionary<Guid, Waiter> _waiting = [];
    private readonly RateWindow _rate = new();
    private long _last;

    public int Held => _held.Count;

    public int Waiting => _waiting.Values.Count(w => w.IsHere);

    public IEnumerable<RunId> Holders => _held.Values.Select(h => h.Run);

    public bool Has(Guid run) => _held.ContainsKey(run);

    /// <summary>Notes a run that has a place already.</summary>
    public void Hold(RunId run) => _held[run.Value] = (run, null);

    /// <summary>Notes that a run asks; one that has asked before keeps its turn.</summary>
    public void Ask(RunId run, RunPriority priority) =>
        _waiting[run.Value] = new Waiter(run, Rank(priority), _waiting.TryGetValue(run.Value, out var known) ? known.Order : ++_last, IsHere: true);

    /// <summary>Notes that a run does not wait just now, and will ask again.</summary>
    public void Leave(Guid run)
    {
        if (_waiting.TryGetValue(run, out var waiter))
        {
            _waiting[run] = waiter with { IsHere = false };
        }
    }

    /// <summary>Notes that a run wants no place any more.</summary>
    /// <param name="run">The run.</param>
    /// <param name="unused">Whether it has not begun with the place that it had: then it does not count for the rate.</param>
    public void Release(Guid run, bool unused = false)
    {
        _waiting.Remove(run);
        if (_held.Remove(run, out var held) && unused && held.Noted is { } at)
        {
            _rate.TakeBack(at);
        }
    }

    /// <summary>Gives places to those who are next, as far as the limits allow.</summary>
    public IReadOnlyList<RunId> Grant(RunGroup limits, DateTimeOffset now)
    {
        var room = Math.Min((limits.MaxConcurrentRuns ?? int.MaxValue) - _held.Count, limits.RateLimit is { } rate ? _rate.Room(rate, now) : int.MaxValue);
        var granted = _waiting.Values.Where(w => w.IsHere).OrderBy(w => w.Rank).ThenBy(w => w.Order).Take(room).Select(w => w.Run).ToList();
        foreach (var run in granted)
        {
            _waiting.Remove(run.Value);
            _held[run.Value] = (run, limits.RateLimit is null ? null : now);
            if (limits.RateLimit is not null)
            {
                _rate.Note(now);
            }
        }

        return granted;
    }

    /// <summary>When the rate lets the next one begin; null if nobody waits for it.</summary>
    public DateTimeOffset? OpensAt(RunGroup limits, DateTimeOffset now) => _waiting.Count > 0 && limits.RateLimit is { } rate ? _rate.OpensAt(rate, now) : null;

    private static int Rank(RunPriority priority) => priority switch { RunPriority.High => 0, RunPriority.Low => 2, _ => 1 };

    private sealed record Waiter(RunId Run, int Rank, long Order, bool IsHere);
}
