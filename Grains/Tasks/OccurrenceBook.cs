namespace OrleansTasks.Tasks;

/// <summary>
/// Keeps which occurrences of a task this activation has taken, and the instant up to which all of them have a stored outcome. Pure.
/// </summary>
internal sealed class OccurrenceBook
{
    private readonly Dictionary<Guid, DateTimeOffset> _runs = [];
    private readonly SortedSet<DateTimeOffset> _open = [];
    private DateTimeOffset? _taken;
    private DateTimeOffset? _held;

    /// <summary>Gets the instant up to which every occurrence is settled; null if nothing is known.</summary>
    public DateTimeOffset? Settled
    {
        get
        {
            var settled = _open.Count > 0 && _open.Min <= _taken ? _open.Min.AddTicks(-1) : _taken;
            return settled > _held ? _held : settled;
        }
    }

    /// <summary>Gets the instant up to which occurrences were considered; null if nothing is known.</summary>
    public DateTimeOffset? Taken => _taken;

    /// <summary>Gets the instant up to which earlier activations may have started the runs of occurrences.</summary>
    public DateTimeOffset TookOverAt { get; private set; }

    /// <summary>Gets the occurrences that have become runs and about which nothing is stored yet.</summary>
    public IReadOnlyCollection<DateTimeOffset> Unsettled => _open;

    /// <summary>Records that all occurrences up to an instant were considered in order, or were settled before.</summary>
    public void Take(DateTimeOffset? through) => _taken = _taken is null || through > _taken ? through : _taken;

    /// <summary>
    /// Keeps everything after an instant unsettled while the occurrences that earlier activations left are still being determined.
    /// </summary>
    public void Hold(DateTimeOffset from) => _held = from;

    /// <summary>Ends the hold.</summary>
    public void Release() => _held = null;

    /// <summary>Takes the occurrences over from earlier activations.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="settled">The instant up to which every occurrence is settled; null if that is not known.</param>
    public void TakeOver(DateTimeOffset now, DateTimeOffset? settled)
    {
        TookOverAt = now;
        Take(settled);
    }

    /// <summary>Continues from an instant after the clock was set back.</summary>
    public void Restart(DateTimeOffset now) => (_taken, TookOverAt) = (now, now);

    /// <summary>Records that an occurrence has become a run.</summary>
    public void Open(Guid run, DateTimeOffset due)
    {
        _runs[run] = due;
        _open.Add(due);
    }

    /// <summary>
    /// Records that a run's outcome is stored, or that the run is not created. Returns false if the run belongs to no occurrence.
    /// </summary>
    public bool Close(Guid run) => _runs.Remove(run, out var due) && _open.Remove(due);
}
