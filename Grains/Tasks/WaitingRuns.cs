using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Keeps the due runs of a task that wait: occurrences first, then by priority, then by waiting time.</summary>
internal sealed class WaitingRuns
{
    private PriorityQueue<ActiveRun, (int Rank, long Order)>? _runs;
    private long _last;

    public int Count => _runs?.Count ?? 0;

    /// <summary>Adds a run. A run that has waited before keeps its old place.</summary>
    public void Enqueue(ActiveRun run)
    {
        run.Order ??= ++_last;
        (_runs ??= new()).Enqueue(run, (Rank(run), run.Order.Value));
    }

    /// <summary>
    /// Takes the first runs that are still wanted, up to a maximum. Runs that cannot start are put back only after all of them were tried.
    /// </summary>
    public List<ActiveRun> Take(int most, Func<ActiveRun, bool> isWanted)
    {
        var taken = new List<ActiveRun>();
        while (taken.Count < most && _runs is not null && _runs.TryDequeue(out var run, out _))
        {
            if (isWanted(run))
            {
                taken.Add(run);
            }
        }

        return taken;
    }

    private static int Rank(ActiveRun run) => run switch
    {
        { Trigger: RunTrigger.Schedule } => 0,
        { Facts.Priority: RunPriority.High } => 1,
        { Facts.Priority: RunPriority.Low } => 3,
        _ => 2,
    };
}
