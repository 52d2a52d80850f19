using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Says whether orders that silos have still hold, and takes back those that do not.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="moves">Moves runs.</param>
/// <param name="ends">Ends runs.</param>
internal sealed class RunOrders(TaskContext context, RunMoves moves, RunEnds ends) : TaskPart(context)
{
    /// <summary>Says whether a silo is to start an attempt that it was ordered before it, or this one, stood still.</summary>
    /// <param name="id">The run.</param>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="offer">Names the order.</param>
    /// <param name="silo">The silo.</param>
    /// <returns>False if it is not to: the run is not its own any more, or was taken back.</returns>
    public async Task<bool> ConfirmAsync(Guid id, int attempt, Guid offer, SiloAddress silo)
    {
        // What this activation knows may be as old as the order; and its partition, if it was replaced, may not know that either, until storage says so.
        await Link.AttachAsync();
        await Link.ConfirmOwnerAsync();
        if (!Runs.TryGet(id, out var run) || run.Phase != RunPhase.Running || run.Attempt != attempt || run.Offer != offer || !silo.Equals(run.Silo))
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
