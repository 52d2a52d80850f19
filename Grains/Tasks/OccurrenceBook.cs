namespace OrleansTasks.Tasks;

/// <summary>Which occurrences of a task this activation has taken, and up to which all of them have an outcome that is stored. Pure.</summary>
internal sealed class OccurrenceBook
{
    private readonly Dictionary<Guid, DateTimeOffset> _runs = [];
    private readonly SortedSet<DateTimeOffset> _open = [];
    private DateTimeOffset? _taken;
    private DateTimeOffset? _held;

    /// <summary>The instant up to which every occurrence is settled; null if nothing is known.</summary>
    public DateTimeOffset? Settled
    {
        get
        {
            var settled = _open.Count > 0 && _open.Min <= _taken ? _open.Min.AddTicks(-1) : _taken;
            return settled > _held ? _held : settled;
        }
    }

    /// <summary>The instant up to which occurrences were looked at; null if nothing is known.</summary>
    public DateTimeOffset? Taken => _taken;

    /// <summary>Runs of occurrences up to this instant may have been begun by earlier activations.</summary>
    public DateTimeOffset TookOverAt { get; private set; }

    /// <summary>Occurrences that have become runs of which nothing is stored yet.</summary>
    public IReadOnlyCollection<DateTimeOffset> Unsettled => _open;

    /// <summary>Notes that occurrences up to an instant were looked at, in their order, or were settled before.</summary>
    public void Take(DateTimeOffset? through) => _taken = _taken is null || through > _taken ? through : _taken;

    /// <summary>Settles nothing beyond an instant: what earlier activations left of the occurrences after it is still to be found out.</summary>
    public void Hold(DateTimeOffset from) => _held = from;

    /// <summary>Ends that.</summary>
    public void Release() => _held = null;

    /// <summary>Takes the occurrences over from earlier activations.</summary>
    /// <param name="now">The present.</param>
    /// <param name="settled">The instant up to which every occurrence is settled; null if that is not known.</param>
    public void TakeOver(DateTimeOffset now, DateTimeOffset? settled)
    {
        TookOverAt = now;
        Take(settled);
    }

    /// <summary>Goes on from an instant, after the clock was put back.</summary>
    public void Restart(DateTimeOffset now) => (_taken, TookOverAt) = (now, now);

    /// <summary>Notes that an occurrence has become a run.</summary>
    public void Open(Guid run, DateTimeOffset due)
    {
        _runs[run] = due;
        _open.Add(due);
    }

    /// <summary>Notes that what came of a run is stored, or that it is not made; false if it belongs to no occurrence.</summary>
    public bool Close(Guid run) => _runs.Remove(run, out var due) && _open.Remove(due);
}
