using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Checks periodically whether silos still have the runs that the task adopted from them. A silo reports the end of a run to whichever
/// activation has the task. An earlier activation that stayed alive may have received the report and has left since.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="remote">Asks silos.</param>
/// <param name="ends">Ends runs.</param>
internal sealed class AdoptedRuns(TaskContext context, RemoteRuns remote, RunEnds ends) : TaskPart(context)
{
    // The runs that their silos did not have at the last check. They are not lost yet: an earlier activation that is about to leave hands
    // over the reports that it has received.
    private HashSet<Guid> _missing = [];
    private bool _isLooking;

    /// <summary>Starts a check of the silos, unless one is in progress.</summary>
    public void Look()
    {
        if (!_isLooking && !Turns.IsLeaving && Runs.All.Any(IsThere))
        {
            _isLooking = true;
            Turns.Post(LookAsync);
        }
    }

    /// <summary>Returns whether a run is still where it was when it was adopted.</summary>
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
