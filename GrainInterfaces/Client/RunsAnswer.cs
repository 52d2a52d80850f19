using OrleansTasks.Grains;

namespace OrleansTasks.Client;

/// <summary>
/// Collects the runs of a task for one answer. When the answer has reached its size, runs that have not ended are added without their
/// arguments, because no later page starts with them. The answer ends before the first ended run that does not fit. Pure.
/// </summary>
/// <param name="maxBytes">The size in bytes.</param>
internal sealed class RunsAnswer(long maxBytes)
{
    private readonly List<RunInfo> _runs = [];
    private long _bytes;

    /// <summary>Gets the runs.</summary>
    public IReadOnlyList<RunInfo> Runs => _runs;

    /// <summary>Gets whether runs were omitted.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Adds the runs that follow.</summary>
    public void Add(IEnumerable<RunInfo> runs)
    {
        foreach (var run in runs)
        {
            var size = AnswerPage.SizeOf(run);
            var fits = _runs.Count == 0 || _bytes + size <= maxBytes;
            if (!fits && run.Result is not null)
            {
                IsFull = true;
                return;
            }

            _runs.Add(fits ? run : Shortened(run));
            _bytes += fits ? size : 0;
        }
    }

    private static RunInfo Shortened(RunInfo run) =>
        run with { Arguments = null, Progress = run.Progress is { } progress ? progress with { Json = null } : null };
}
