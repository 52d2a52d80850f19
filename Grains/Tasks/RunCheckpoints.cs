using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Stores what handlers save. A run that was not stored before is stored with its first checkpoint, so that another attempt can begin there
/// whatever happens to this silo.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="presence">Attaches the task to its partition.</param>
internal sealed class RunCheckpoints(TaskContext context, TaskPresence presence) : TaskPart(context)
{
    /// <summary>Stores what an attempt has saved.</summary>
    /// <param name="id">The run.</param>
    /// <param name="offer">The id of the order by which its silo has it.</param>
    /// <param name="checkpoint">What was saved.</param>
    /// <exception cref="CheckpointRefusedException">The attempt is not the present one any more.</exception>
    public async Task SaveAsync(RunId id, Guid offer, RunCheckpoint checkpoint)
    {
        await presence.EnsureAttachedAsync();
        if (!Runs.TryGet(id.Value, out var run) || !Has(run, offer, checkpoint))
        {
            throw new CheckpointRefusedException(id, checkpoint.Attempt);
        }

        // Before the call, whose answer may not arrive.
        var whole = run.Stored ? null : Whole(run, checkpoint);
        run.Stored = true;
        var reply = await StoreAsync(id, checkpoint, whole);
        if (reply == CheckpointReply.Unknown)
        {
            // An adopted run, which may not have been stored.
            reply = await StoreAsync(id, checkpoint, Whole(run, checkpoint));
        }

        // Another attempt may have been ordered meanwhile, without this checkpoint.
        if (reply != CheckpointReply.Stored || !Has(run, offer, checkpoint))
        {
            throw new CheckpointRefusedException(id, checkpoint.Attempt);
        }

        if (run.Checkpoint is not { } last || last.Attempt < checkpoint.Attempt || last.Number < checkpoint.Number)
        {
            run.Checkpoint = checkpoint;
        }
    }

    private static bool Has(ActiveRun run, Guid offer, RunCheckpoint checkpoint) =>
        run.Phase == RunPhase.Running && run.Attempt == checkpoint.Attempt && run.Offer == offer;

    private static StoredRun Whole(ActiveRun run, RunCheckpoint checkpoint) => RunForms.ToStored(run) with { Checkpoint = checkpoint };

    private Task<CheckpointReply> StoreAsync(RunId id, RunCheckpoint checkpoint, StoredRun? whole) =>
        Turns.UnlessLeaving(Link.CallAsync((p, epoch) => p.SaveCheckpointAsync(id, epoch, checkpoint, whole)));
}
