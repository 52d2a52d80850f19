namespace OrleansTasks.Tasks;

/// <summary>The last ids of runs that have ended here, for when their results have left the history. Pure.</summary>
/// <remarks>It is looked through only for what is repeated, and added to much more often.</remarks>
internal sealed class EndedIds
{
    /// <summary>How many are kept.</summary>
    public const int Most = 4_096;
    private const int First = 16;
    private Guid[] _ids = [];
    private int _next;

    /// <summary>Notes that a run has ended.</summary>
    public void Add(Guid run)
    {
        if (_next == _ids.Length && _ids.Length < Most)
        {
            Array.Resize(ref _ids, Math.Max(First, _ids.Length * 2));
        }

        _next = _next == _ids.Length ? 0 : _next;
        _ids[_next++] = run;
    }

    /// <summary>Whether a run has ended, as far as that is kept.</summary>
    public bool Has(Guid run) => Array.IndexOf(_ids, run) >= 0;
}
