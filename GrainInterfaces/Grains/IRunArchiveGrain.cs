namespace OrleansTasks.Grains;

/// <summary>Keeps the ended runs of the tasks of one partition, and finds them. Its key is the partition's number.</summary>
[Alias("OrleansTasks.IRunArchiveGrain")]
internal interface IRunArchiveGrain : IGrainWithIntegerKey
{
    /// <summary>Finds runs.</summary>
    /// <param name="query">The query. Its limit is that of the answer.</param>
    /// <returns>Their ranks, and the rank up to which the archive was searched.</returns>
    [Alias("Rank")]
    Task<RunRanks> RankAsync(RunQuery query);

    /// <summary>Reads runs.</summary>
    /// <param name="runs">The ids.</param>
    /// <returns>
    /// Those that are kept, in the requested order. The answer ends with the run that reaches <see cref="AnswerPage.MaxBytes"/>.
    /// </returns>
    [Alias("Read")]
    Task<IReadOnlyList<RunInfo>> ReadAsync(IReadOnlyList<RunId> runs);

    /// <summary>Counts runs.</summary>
    /// <param name="query">The query.</param>
    /// <param name="by">The property by which the runs are counted.</param>
    /// <returns>The numbers by key.</returns>
    [Alias("Count")]
    Task<IReadOnlyDictionary<string, long>> CountAsync(RunQuery query, RunCountBy by);

    /// <summary>Reads a run.</summary>
    /// <param name="run">The id.</param>
    /// <returns>Its result, or null if it is not kept.</returns>
    [Alias("Find")]
    Task<TaskResult?> FindAsync(RunId run);

    /// <summary>Finds the run that was accepted last as a retry of a run.</summary>
    /// <param name="run">The id of the retried run.</param>
    /// <returns>Its id, or null if there is none.</returns>
    [Alias("FindRetry")]
    Task<RunId?> FindRetryAsync(RunId run);

    /// <summary>Finds what was done about a run.</summary>
    /// <param name="run">The id of the run.</param>
    /// <returns>The marks of the run; empty if there are none, or if it is not kept.</returns>
    [Alias("FindMarks")]
    Task<IReadOnlyList<RunMark>> FindMarksAsync(RunId run);

    /// <summary>Stores what was done about a run. A repetition of the last mark changes nothing.</summary>
    /// <param name="run">The id of the run.</param>
    /// <param name="mark">What was done. The archive adds the time.</param>
    /// <returns>The run with its marks, without a change if it is no dead letter; null if it is not kept.</returns>
    [Alias("Mark")]
    Task<RunInfo?> MarkAsync(RunId run, RunMark mark);
}
