using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Archive;

/// <summary>
/// Adds to ended runs by which runs they were retried. Ended retries are in the archive; its partition has those that have not ended.
/// </summary>
/// <param name="silo">The services that all archives on this silo share.</param>
/// <param name="partition">The partition.</param>
/// <param name="queries">Finds retries that have ended.</param>
internal sealed partial class PendingRetries(ArchiveServices silo, int partition, ArchiveQueries queries)
{
    // Searches must also work while the partition has no owner.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Returns the run that was accepted last as a retry of a run; null if there is none.</summary>
    public async Task<RunId?> OfAsync(RunId run) =>
        (await PendingAsync([run.Value])).TryGetValue(run.Value, out var retry) ? new RunId(run.Task, retry) : queries.RetryOf(run);

    /// <summary>Returns runs with their retries.</summary>
    public async Task<IReadOnlyList<RunInfo>> AddToAsync(IReadOnlyList<RunInfo> runs)
    {
        var pending = await PendingAsync([.. runs.Select(static r => r.RunId.Value)]);
        return pending.Count == 0
            ? runs
            : [.. runs.Select(r => pending.TryGetValue(r.RunId.Value, out var retry)
                ? r with { RetriedBy = new RunId(r.RunId.Task, retry) }
                : r)];
    }

    private async Task<IReadOnlyDictionary<Guid, Guid>> PendingAsync(IReadOnlyList<Guid> runs)
    {
        try
        {
            return runs.Count == 0
                ? new Dictionary<Guid, Guid>()
                : await silo.Grains.Refer<IPartition>(partition).RetriesOfAsync(runs).WaitAsync(Patience, silo.Pauses);
        }
        catch (Exception e)
        {
            LogNotAsked(silo.Log, partition, e.Message);
            return new Dictionary<Guid, Guid>();
        }
    }

    [LoggerMessage(914, LogLevel.Debug,
        "Asking partition {Partition} for retries that have not ended failed, and answers do not show them: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, int partition, string reason);
}
