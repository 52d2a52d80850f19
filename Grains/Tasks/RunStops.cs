using OrleansTasks.Client.Links;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Asks runs to stop, wherever they are.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="ends">Ends those that no silo has.</param>
internal sealed class RunStops(TaskContext context, RunEnds ends) : TaskPart(context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The questions that are under way, by their runs: whoever wants the same meanwhile waits for the same.
    private readonly Dictionary<Guid, (SiloAddress Silo, Task Asking)> _asking = [];

    /// <summary>Asks a run to stop: when this returns it does not begin any more.</summary>
    /// <returns>False if it has ended.</returns>
    /// <exception cref="PartitionMovedException">This activation leaves, and it is not known whether the silo that has the run knows it.</exception>
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

    /// <summary>Asks the silo that has a run until it answers, the run has gone from there, or the silo is lost: what becomes of its runs is decided then.</summary>
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
