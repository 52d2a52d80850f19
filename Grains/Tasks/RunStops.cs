using OrleansTasks.Client.Links;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Asks runs to stop, wherever they are.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="ends">Ends the runs that no silo has.</param>
internal sealed class RunStops(TaskContext context, RunEnds ends) : TaskPart(context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The questions in progress, by run. Callers that want the same wait for the same question.
    private readonly Dictionary<Guid, (SiloAddress Silo, Task Asking)> _asking = [];

    /// <summary>Asks a run to stop. When this returns, the run no longer starts.</summary>
    /// <returns>False if the run has ended.</returns>
    /// <exception cref="PartitionMovedException">This activation leaves, and it is unknown whether the silo that has the run received the
    /// request.</exception>
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
            await AskOnceAsync(run, other, cause);
        }
        else
        {
            ends.EndStopped(run);
        }

        return true;
    }

    /// <summary>Asks runs to stop.</summary>
    public Task StopAllAsync(IEnumerable<ActiveRun> runs, RunStatus cause) => Task.WhenAll(runs.ToList().Select(r => StopAsync(r, cause)));

    private async Task AskOnceAsync(ActiveRun run, SiloAddress silo, RunStatus cause)
    {
        var id = run.RunId.Value;
        if (!_asking.TryGetValue(id, out var known) || !known.Silo.Equals(silo))
        {
            known = (silo, AskAsync(run, silo, cause));
            _asking[id] = known;
        }

        try
        {
            await known.Asking;
        }
        finally
        {
            if (_asking.TryGetValue(id, out var present) && present.Asking == known.Asking)
            {
                _asking.Remove(id);
            }
        }
    }

    /// <summary>
    /// Asks the silo that has a run until it answers, it no longer has the run, or the silo is lost. In the last case its runs are decided
    /// separately.
    /// </summary>
    private async Task AskAsync(ActiveRun run, SiloAddress silo, RunStatus cause)
    {
        while (!run.Ending && silo.Equals(run.Silo) && !Silo.Cluster.IsGone(silo))
        {
            try
            {
                await Turns.UnlessLeaving(Silo.Runners.On(silo).CancelAsync(run.RunId.Value, cause).WaitAsync(Patience, Silo.Pauses));
                return;
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e) && !Turns.IsLeaving)
            {
                LogNotStopped(Silo.Log, run.RunId, silo, e.Message);
                await Task.Delay(Housekeeper.RetryPeriod, Silo.Pauses);
            }
        }
    }
}
