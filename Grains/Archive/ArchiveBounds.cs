using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>Removes what an archive need not keep any longer.</summary>
/// <param name="table">The rows.</param>
/// <param name="limits">The limits for all tasks together.</param>
/// <param name="time">The clock of tasks.</param>
internal sealed class ArchiveBounds(ArchiveTable table, TaskEngineLimits limits, TimeProvider time)
{
    /// <summary>Removes the runs beyond the present limits of their tasks, and of all together.</summary>
    /// <param name="kept">The runs that were added, with the limits of their tasks.</param>
    public void Apply(IEnumerable<RunsToKeep> kept)
    {
        foreach (var runs in kept)
        {
            table.Bound(runs.Task, RowKind.Succeeded, runs.Succeeded.MaxRuns, runs.Succeeded.MaxBytes);
            table.Bound(runs.Task, RowKind.Other, runs.Other.MaxRuns, runs.Other.MaxBytes);
        }

        ApplyAll();
    }

    /// <summary>Removes expired runs, and those beyond the limits of all tasks together.</summary>
    public void Sweep()
    {
        table.Expire(time.GetUtcNow());
        ApplyAll();
    }

    private void ApplyAll()
    {
        table.Bound(RowKind.Succeeded, limits.MaxKeptRunsPerPartition, limits.MaxKeptBytesPerPartition);
        table.Bound(RowKind.Other, limits.MaxKeptRunsPerPartition, limits.MaxKeptBytesPerPartition);
    }
}
