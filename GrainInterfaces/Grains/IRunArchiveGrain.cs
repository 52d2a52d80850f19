namespace OrleansTasks.Grains;

/// <summary>Keeps the runs that have ended of the tasks of one partition, and finds them. Its key is the partition's number.</summary>
[Alias("OrleansTasks.IRunArchiveGrain")]
internal interface IRunArchiveGrain : IGrainWithIntegerKey
{
    /// <summary>Finds runs.</summary>
    /// <param name="query">Which; its limit is that of the answer.</param>
    /// <returns>Their places, with up to where it was looked.</returns>
    [Alias("Rank")]
    Task<RunRanks> RankAsync(RunQuery query);

    /// <summary>Reads runs.</summary>
    /// <param name="runs">Which.</param>
    /// <returns>Those that are kept, as many as fit an answer: it ends with the first that does not fit, in the order asked.</returns>
    [Alias("Read")]
    Task<IReadOnlyList<RunInfo>> ReadAsync(IReadOnlyList<RunId> runs);

    /// <summary>Counts runs.</summary>
    /// <param name="query">Which.</param>
    /// <param name="by">What by.</param>
    /// <returns>Their numbers, by key.</returns>
    [Alias("Count")]
    Task<IReadOnlyDictionary<string, long>> CountAsync(RunQuery query, RunCountBy by);

    /// <summary>Reads a run.</summary>
    /// <param name="run">Which.</param>
    /// <returns>Its result; null if it is not kept.</returns>
    [Alias("Find")]
    Task<TaskResult?> FindAsync(RunId run);
}
