using OrleansTasks.Clocks;
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

    /// <summary>Has a run wait.</summary>
    /// <param name="run">The run.</param>
    /// <param name="waitingFor">What it waits for.</param>
    public void Enqueue(ActiveRun run, string waitingFor)
    {
        run.Move(RunEvent.Wait, waitingFor);
        run.Placement++;
        places.Leave(run);
        _waiting.Enqueue(run);
        news.Listen();
        House.Keep();
        Timer.ArmBy(Times.Earlier(run.GivenUpAt, RateOpensAt));
    }

    /// <summary>Takes the first ones that still wait.</summary>
    public List<ActiveRun> Take(int most) => _waiting.Take(most, r => Runs.IsIn(r, RunPhase.Waiting));
}
