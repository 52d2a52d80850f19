using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Looks now and then whether silos still have the runs that were adopted from them. A silo tells the end of a run to whoever has the task; an earlier activation that lived on may
/// have taken it, and be no more.
/// </summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="remote">Asks silos.</param>
/// <param name="ends">Ends runs.</param>
internal sealed class AdoptedRuns(TaskContext context, RemoteRuns remote, RunEnds ends) : TaskPart(context)
{
    // Those that their silos did not have when they were asked last: an earlier activation that is about to leave hands on what it has taken.
    private HashSet<Guid> _missing = [];
    private bool _isLooking;

    /// <summary>Has the silos asked.</summary>
    public void Look()
    {
        if (!_isLooking && !Turns.IsLeaving && Runs.All.Any(IsThere))
        {
            _isLooking = true;
            Turns.Post(LookAsync);
        }
    }

    /// <summary>Whether a run is where it was when it was adopted.</summary>
    private static bool IsThere(ActiveRun run) => run is { Adopted: true, Phase: RunPhase.Running, Silo: not null, Placement: 0 };

    private async Task LookAsync()
    {
        try
        {
            var missing = new HashSet<Guid>();
            foreach (var runs in Runs.All.Where(IsThere).ToLookup(static r => r.Silo!))
            {
                var (_, held) = await remote.HeldByAsync(runs.Key);
                if (Turns.IsLeaving)
                {
                    return;
                }

                foreach (var run in runs.Where(r => IsThere(r) && Runs.Has(r) && !held.Any(h => h.Order.RunId == r.RunId)))
                {
                    if (_missing.Contains(run.RunId.Value))
                    {
                        ends.Lose(run);
                    }
                    else
                    {
                        missing.Add(run.RunId.Value);
                    }
                }
            }

            _missing = missing;
        }
        finally
        {
            _isLooking = false;
        }
    }
}
