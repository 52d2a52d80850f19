using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>The line of a task's runs that are due and wait here.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="places">Their places.</param>
/// <param name="news">Tells when silos have come or gone.</param>
internal sealed class RunLine(TaskContext context, RunPlaces places, ClusterNews news) : TaskPart(context)
{
    private readonly WaitingRuns _waiting = new();

    public int Count => _waiting.Count;

    /// <summary>When the rate limit lets the next run begin that waits for it; null if none does.</summary>
    public DateTimeOffset? RateOpensAt => _waiting.Count > 0 ? places.RateOpensAt : null;

    /// <summary>Takes a run that waits from now on.</summary>
    public void Add(ActiveRun run)
    {
        _waiting.Enqueue(run);
        news.Listen();
        Timer.ArmBy(RateOpensAt);
    }

    /// <summary>Takes the first ones that still wait.</summary>
    public List<ActiveRun> Take(int most) => _waiting.Take(most, r => Runs.IsIn(r, RunPhase.Waiting));
}
