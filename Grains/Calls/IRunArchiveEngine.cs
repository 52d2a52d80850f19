namespace OrleansTasks.Calls;

/// <summary>Defines the engine's own calls to the archive of a partition.</summary>
[Alias("OrleansTasks.IRunArchiveEngine")]
internal interface IRunArchiveEngine : IGrainWithIntegerKey
{
    /// <summary>
    /// Adds runs. The task ends when they are stored. Runs that the archive already has stay as they are; a later number replaces an
    /// earlier one.
    /// </summary>
    /// <param name="runs">The runs, with each task once.</param>
    [Alias("Keep")]
    Task KeepAsync(IReadOnlyList<RunsToKeep> runs);

    /// <summary>Removes all runs.</summary>
    [Alias("Clear")]
    Task ClearAsync();
}
