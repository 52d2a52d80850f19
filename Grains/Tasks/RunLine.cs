using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Keeps the line of a task's due runs that wait here.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="places">The places of runs.</param>
/// <param name="news">Reports when silos have joined or left.</param>
internal sealed class RunLine(TaskContext context, RunPlaces places, ClusterNews news) : TaskPart(context)
{
    private readonly WaitingRuns _waiting = new();

    public int Count => _waiting.Count;

    /// <summary>Gets when the rate limit lets the next waiting run start; null if none waits for it.</summary>
    public DateTimeOffset? RateOpensAt => _waiting.Count > 0 ? places.RateOpensAt : null;

    /// <summary>Adds a run that waits from now on.</summary>
    public void Add(ActiveRun run)
    {
        _waiting.Enqueue(run);
        news.Listen();
        Timer.ArmBy(RateOpensAt);
    }

    /// <summary>Takes the first runs that still wait.</summary>
    public List<ActiveRun> Take(int most) => _waiting.Take(most, r => Runs.IsIn(r, RunPhase.Waiting));
}
