namespace OrleansTasks.Operations;

/// <summary>Counts the outcomes of an operation on many runs.</summary>
/// <param name="expected">The number of runs, if known.</param>
/// <param name="done">The number of runs that an earlier attempt was done with.</param>
internal sealed class OperationTally(long? expected, long done = 0)
{
    private const int MostReasons = 20;
    private readonly Lock _gate = new();
    private readonly List<RefusedRun> _reasons = [];
    private long _done = done;
    private long _refused;

    /// <summary>Gets the fraction that is done; null if it is unknown.</summary>
    public double? Fraction
    {
        get
        {
            lock (_gate)
            {
                return expected is > 0 and { } all ? Math.Min(1, (double)(_done + _refused) / all) : null;
            }
        }
    }

    public void NoteDone()
    {
        lock (_gate)
        {
            _done++;
        }
    }

    public void NoteRefused(RunId run, string reason)
    {
        lock (_gate)
        {
            _refused++;
            if (_reasons.Count < MostReasons)
            {
                _reasons.Add(new RefusedRun(run, reason));
            }
        }
    }

    public RunOperationReport ToReport()
    {
        lock (_gate)
        {
            return new RunOperationReport { Done = _done, Refused = _refused, Reasons = [.. _reasons] };
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return $"{_done} of {expected?.ToString() ?? "?"}{(_refused > 0 ? $", {_refused} refused" : "")}";
        }
    }
}
