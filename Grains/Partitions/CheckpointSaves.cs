using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Decides whether an attempt may still save a checkpoint. Pure.</summary>
internal static class CheckpointSaves
{
    /// <summary>Decides about a checkpoint.</summary>
    /// <param name="run">The stored run; null if there is none.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    public static CheckpointReply Decide(StoredRun? run, RunCheckpoint checkpoint) => run is null ? CheckpointReply.Unknown
        : run.Result is not null || run.EndedAttempts >= checkpoint.Attempt || run.Attempts > checkpoint.Attempt
            || run.Checkpoint?.Attempt > checkpoint.Attempt
            ? CheckpointReply.Refused
            : CheckpointReply.Stored;

    /// <summary>
    /// Returns the run with a checkpoint. A call that was repeated and overtaken does not bring back an earlier one. The attempt is
    /// recorded as started, also if the run is stored with this checkpoint for the first time.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="activation">The activation that has ordered the attempt.</param>
    public static StoredRun Store(StoredRun run, RunCheckpoint checkpoint, Guid activation) =>
        run.Attempts >= checkpoint.Attempt && run.Checkpoint is { } last && last.Attempt == checkpoint.Attempt
        && last.Number >= checkpoint.Number
            ? run
            : run with
            {
                Checkpoint = checkpoint,
                Attempts = checkpoint.Attempt,
                Marker = run.Attempts < checkpoint.Attempt ? activation : run.Marker,
            };
}
