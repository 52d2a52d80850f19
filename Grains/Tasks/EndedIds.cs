namespace OrleansTasks.Tasks;

/// <summary>
/// Keeps the ids of the runs that ended last in this activation, for the time when their results have left the history. Pure.
/// </summary>
/// <remarks>Lookups happen only for repeated requests, and are much rarer than additions.</remarks>
internal sealed class EndedIds
{
    /// <summary>The maximum number of ids that are kept.</summary>
    public const int Most = 4_096;
    private const int First = 16;
    private Guid[] _ids = [];
    private int _next;

    /// <summary>Records that a run has ended.</summary>
    public void Add(Guid run)
    {
        if (_next == _ids.Length && _ids.Length < Most)
        {
            Array.Resize(ref _ids, Math.Max(First, _ids.Length * 2));
        }

        _next = _next == _ids.Length ? 0 : _next;
        _ids[_next++] = run;
    }

    /// <summary>Returns whether a run is among those that are known to have ended.</summary>
    public bool Has(Guid run) => Array.IndexOf(_ids, run) >= 0;
}
