using OrleansTasks.Client.Links;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Asks runs to stop, wherever they are.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="ends">Ends those that no silo has.</param>
internal sealed class RunStops(TaskContext context, RunEnds ends) : TaskPart(context)
{
    /// <summary>Asks a run to stop.</summary>
    /// <returns>False if it has ended.</returns>
    public async Task<bool> StopAsync(ActiveRun run, RunStatus cause)
    {
        if (run.Ending)
        {
            return false;
        }

        run.StopCause ??= cause;
        if (run.Local is { } local)
        {
            local.Cancel(cause);
        }
        else if (run.Silo is { } other)
        {
            try
            {
                await Silo.Runners.On(other).CancelAsync(run.RunId.Value, cause);
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e))
            {
                // A silo that does not answer is dying, and its runs with it; what is left is decided when it is declared dead.
                LogNotStarted(Silo.Log, run.RunId, other, e.Message);
            }
        }
        else
        {
            ends.EndStopped(run);
        }

        return true;
    }

    /// <summary>Asks runs to stop.</summary>
    public Task StopAllAsync(IEnumerable<ActiveRun> runs, RunStatus cause) => Task.WhenAll(runs.ToList().Select(r => StopAsync(r, cause)));
}
