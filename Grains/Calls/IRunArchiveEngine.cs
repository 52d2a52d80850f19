namespace OrleansTasks.Calls;

/// <summary>What the engine itself asks of the archive of a partition.</summary>
[Alias("OrleansTasks.IRunArchiveEngine")]
internal interface IRunArchiveEngine : IGrainWithIntegerKey
{
    /// <summary>Keeps runs, and ends when they are stored. Those that it has already stay as they are; a later number replaces an earlier one.</summary>
    /// <param name="runs">The runs, each task once.</param>
    [Alias("Keep")]
    Task KeepAsync(IReadOnlyList<RunsToKeep> runs);

    /// <summary>Removes all runs.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}
