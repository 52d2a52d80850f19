using Orleans.Concurrency;
using Orleans.Services;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>A silo's runner, as tasks on other silos reach it.</summary>
[Alias("OrleansTasks.IRunnerService")]
internal interface IRunnerService : IGrainService
{
    /// <summary>Takes an order; its outcome is reported to the task grain.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="mayQueue">Whether it may wait here for a place.</param>
    /// <returns>False if this silo lacks the handler, is full, is drained, or stops.</returns>
    [Alias("Start")]
    Task<bool> StartAsync(RunOrder order, bool mayQueue);

    /// <summary>Asks a run to stop.</summary>
    /// <returns>False if it is not here.</returns>
    [Alias("Cancel"), AlwaysInterleave]
    Task<bool> CancelAsync(Guid run, RunStatus cause);

    /// <summary>Asks, after an order whose answer was lost, whether it is here; if not, it is not taken any more when it comes late.</summary>
    /// <returns>Whether the run is here.</returns>
    [Alias("Settle"), AlwaysInterleave]
    Task<bool> SettleAsync(Guid run, Guid offer);

    /// <summary>Whether a partition is active here, and this silo its owner as far as it knows.</summary>
    [Alias("HasPartition"), AlwaysInterleave]
    Task<bool> HasPartitionAsync(int partition);

    /// <summary>Has this silo give a partition up that it has and that calls do not find here: they were led to another silo.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="wanting">The silo to which calls are led.</param>
    /// <returns>Whether the partition is not here any more, and has stored all that it had.</returns>
    [Alias("ReleasePartition"), AlwaysInterleave]
    Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting);

    /// <summary>The runs here that have a place in a group. Others may not come later from a silo that whoever asks knows to be lost.</summary>
    /// <param name="group">The group.</param>
    /// <param name="version">The <see cref="IClusterView.Version"/> of whoever asks; 0 from silos of earlier versions.</param>
    [Alias("PlacedInGroup"), AlwaysInterleave]
    Task<IReadOnlyList<PlacedRun>> PlacedInGroupAsync(string group, long version = 0);

    /// <summary>The runs of a task that are here: waiting, under way, or ended and not yet reported; in order of their ids, as many as fit an answer. Others may not come later from a silo
    /// that whoever asks knows to be lost.</summary>
    /// <param name="task">The task.</param>
    /// <param name="version">The <see cref="IClusterView.Version"/> of whoever asks; 0 from silos of earlier versions.</param>
    [Alias("Holding"), AlwaysInterleave]
    Task<IReadOnlyList<HeldRun>> HoldingAsync(string task, long version = 0);

    /// <summary>The same from after one of them on, where they are more than fit an answer.</summary>
    [Alias("HoldingAfter"), AlwaysInterleave]
    Task<IReadOnlyList<HeldRun>> HoldingAfterAsync(string task, Guid run);
}
