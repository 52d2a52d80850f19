namespace OrleansTasks.Tasks;

/// <summary>The last requests whose runs have ended here, also when their results have left the history. Pure.</summary>
/// <remarks>It is looked through only for requests that are repeated, and added to for each.</remarks>
internal sealed class EndedRequests
{
    /// <summary>How many are kept.</summary>
    public const int Most = 4_096;
    private const int First = 16;
    private Guid[] _ids = [];
    private int _next;

    /// <summary>Notes that the run of a request has ended.</summary>
    public void Add(Guid request)
    {
        if (_next == _ids.Length && _ids.Length < Most)
        {
            Array.Resize(ref _ids, Math.Max(First, _ids.Length * 2));
        }

        _next = _next == _ids.Length ? 0 : _next;
        _ids[_next++] = request;
    }

    /// <summary>Whether the run of a request has ended, as far as that is kept.</summary>
    public bool Has(Guid request) => Array.IndexOf(_ids, request) >= 0;
}
