namespace OrleansTasks;

/// <summary>
/// The runs that were here and have ended since something was asked. The answer may tell of them as they were then: taken for news, it would have them run once more.
/// </summary>
/// <param name="end">Ends the watch.</param>
internal sealed class GoneRuns(Action<GoneRuns> end) : IDisposable
{
    private HashSet<Guid>? _runs;

    /// <summary>Whether a run has ended since then.</summary>
    public bool Has(Guid run) => _runs?.Contains(run) == true;

    /// <summary>Notes that a run has ended.</summary>
    public void Add(Guid run) => (_runs ??= []).Add(run);

    public void Dispose() => end(this);
}
