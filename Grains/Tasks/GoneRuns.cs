namespace OrleansTasks.Tasks;

/// <summary>
/// Represents the runs that were here and have ended since a question was asked. The answer may still describe them as not ended. Without
/// this check they would run once more.
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

    /// <summary>Gets the number of runs that had ended when the question was asked.</summary>
    public long Since { get; }

    /// <summary>Gets its place in the list of outstanding questions.</summary>
    public LinkedListNode<GoneRuns> Place => _place;

    /// <summary>Returns whether a run has ended since the question was asked.</summary>
    public bool Has(Guid run) => _ended.HasSince(run, Since);

    public void Dispose() => _ended.Forget(this);
}
