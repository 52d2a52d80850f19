using OrleansTasks.Policies;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Finds out whether a run that is to be stored is known already. Pure.</summary>
internal static class KnownRuns
{
    /// <summary>
    /// Returns the known run in place of one that is to be stored: the same run, or the run of its key. Null if the run has to be stored.
    /// </summary>
    /// <exception cref="RequestForgottenException">The request is so old that nobody knows whether the run was stored.</exception>
    /// <exception cref="IdempotencyConflictException">The key was used for other work.</exception>
    public static StoredRun? Find(PartitionState state, StoredRun run, DateTimeOffset now)
    {
        var id = run.RunId;
        if (state.Runs.TryGetValue(id.Value, out var stored))
        {
            return stored;
        }

        if (state.Requests.Find(id.Value) is not null)
        {
            return StoredRun.Over(id);
        }

        if (run is { Guarantee: RunGuarantee.AtMostOnce, Asked.Repeated: true } && state.Requests.MayHaveDropped(id.Value))
        {
            throw new RequestForgottenException(id);
        }

        return Earlier(state, run, run.IdempotencyKey, now) ?? Earlier(state, run, run.Asked?.FormerKey, now);
    }

    private static StoredRun? Earlier(PartitionState state, StoredRun run, string? key, DateTimeOffset now)
    {
        if (key is null || state.Idempotency.Find(run.RunId.Task, key, now) is not { } entry)
        {
            return null;
        }

        var earlier = new RunId(run.RunId.Task, entry.Run);
        if (RequestedWork.Differences(entry.Work, run.Asked?.Work) is { Count: > 0 } differences)
        {
            throw new IdempotencyConflictException(run.RunId.Task, key, earlier, differences);
        }

        return state.Runs.Find(entry.Run) ?? StoredRun.Over(earlier);
    }
}
