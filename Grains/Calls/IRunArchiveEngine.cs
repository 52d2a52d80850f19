namespace OrleansTasks.Calls;

/// <summary>What the engine itself asks of the archive of a partition.</summary>
[Alias("OrleansTasks.IRunArchiveEngine")]
internal interface IRunArchiveEngine : IGrainWithIntegerKey
{
    /// <summary>Keeps runs. Those that it has already stay as they are; a later number replaces an earlier one.</summary>
    /// <param name="runs">The runs, each task once.</param>
    /// <returns>When they are stored: of each task the last number that it had before; 0 if it had none.</returns>
    [Alias("Keep")]
    Task<IReadOnlyList<long>> KeepAsync(IReadOnlyList<RunsToKeep> runs);

    /// <summary>Removes all runs.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}
