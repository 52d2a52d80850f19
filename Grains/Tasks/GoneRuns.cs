namespace OrleansTasks.Tasks;

/// <summary>
/// The runs that were here and have ended since something was asked. The answer may tell of them as they were then: taken for news, it would have them run once more.
/// </summary>
internal sealed class GoneRuns : IDisposable
{
    private readonly EndedRuns _ended;
    private readonly LinkedListNode<GoneRuns> _place;

    public GoneRuns(EndedRuns ended, long since)
    {
        (_ended, Since) = (ended, since);
        _place = new LinkedListNode<GoneRuns>(this);
    }

    /// <summary>How many had ended when it was asked.</summary>
    public long Since { get; }

    /// <summary>Its place among those that are under way.</summary>
    public LinkedListNode<GoneRuns> Place => _place;

    /// <summary>Whether a run has ended since then.</summary>
    public bool Has(Guid run) => _ended.HasSince(run, Since);

    public void Dispose() => _ended.Forget(this);
}
