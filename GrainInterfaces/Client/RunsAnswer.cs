using OrleansTasks.Grains;

namespace OrleansTasks.Client;

/// <summary>
/// Runs of a task as they go into one answer. When the answer has its size, those that have not ended, which no later page begins with, come without their arguments, and it ends with
/// the first one that has ended and does not fit. Pure.
/// </summary>
/// <param name="maxBytes">The size.</param>
internal sealed class RunsAnswer(long maxBytes)
{
    private readonly List<RunInfo> _runs = [];
    private long _bytes;

    /// <summary>The runs.</summary>
    public IReadOnlyList<RunInfo> Runs => _runs;

    /// <summary>Whether runs were left out.</summary>
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

    private static RunInfo Shortened(RunInfo run) => run with { Arguments = null, Progress = run.Progress is { } progress ? progress with { Json = null } : null };
}
