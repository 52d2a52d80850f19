using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Confirms whether silos may still start the attempts that they were ordered, and takes back orders that are no longer valid.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="moves">Moves runs.</param>
/// <param name="ends">Ends runs.</param>
internal sealed class RunOrders(TaskContext context, RunMoves moves, RunEnds ends) : TaskPart(context)
{
    /// <summary>Decides whether a silo may start an attempt that was ordered before this silo or that silo was frozen.</summary>
    /// <param name="id">The run.</param>
    /// <param name="attempt">The number of the attempt.</param>
    /// <param name="offer">The id of the order.</param>
    /// <param name="silo">The silo.</param>
    /// <returns>False if the silo must not start it, because the run was given elsewhere or was taken back.</returns>
    public async Task<bool> ConfirmAsync(Guid id, int attempt, Guid offer, SiloAddress silo)
    {
        // This activation's knowledge may be as old as the order. If its partition was replaced, it may not know that either until storage
        // says so.
        await Link.AttachAsync();
        await Link.ConfirmOwnerAsync();
        if (!Runs.TryGet(id, out var run) || run.Phase != RunPhase.Running || run.Attempt != attempt || run.Offer != offer
            || !silo.Equals(run.Silo))
        {
            return false;
        }

        var isStopped = run.CancelRequested || !Known.Admits(run);
        if (!isStopped && Known.IsStarted)
        {
            return true;
        }

        moves.Move(run, RunEvent.Refused);
        if (isStopped)
        {
            ends.EndStopped(run);
        }
        else
        {
            moves.Wait(run, RunStarts.ForStart);
        }

        return false;
    }
}
