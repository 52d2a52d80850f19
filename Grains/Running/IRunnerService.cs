using Orleans.Concurrency;
using Orleans.Services;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Defines what tasks on other silos call on a silo's runner.</summary>
[Alias("OrleansTasks.IRunnerService")]
internal interface IRunnerService : IGrainService
{
    /// <summary>Takes an order. Its outcome is reported to the task grain.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="mayQueue">Whether the attempt may wait here for a place.</param>
    /// <returns>False if this silo lacks the handler, is full, is drained, or is stopping.</returns>
    [Alias("Start")]
    Task<bool> StartAsync(RunOrder order, bool mayQueue);

    /// <summary>Asks a run to stop.</summary>
    /// <returns>False if this silo does not have the run.</returns>
    [Alias("Cancel"), AlwaysInterleave]
    Task<bool> CancelAsync(Guid run, RunStatus cause);

    /// <summary>
    /// Asks whether an order with a lost answer has arrived. If it has not, this silo will reject it when it arrives late.
    /// </summary>
    /// <returns>Whether this silo has the run.</returns>
    [Alias("Settle"), AlwaysInterleave]
    Task<bool> SettleAsync(Guid run, Guid offer);

    /// <summary>Decides whether a partition is active here, and whether this silo is its owner as far as it knows.</summary>
    [Alias("HasPartition"), AlwaysInterleave]
    Task<bool> HasPartitionAsync(int partition);

    /// <summary>
    /// Makes this silo give up a partition that it has but that calls do not find here, because they were routed to another silo.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="wanting">The silo to which calls are routed.</param>
    /// <returns>Whether the partition is no longer here and has stored everything that it had.</returns>
    [Alias("ReleasePartition"), AlwaysInterleave]
    Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting);

    /// <summary>
    /// Returns the runs on this silo that have a place in a group. This silo accepts no further runs from a silo that the caller knows to
    /// be lost.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="version">The <see cref="IClusterView.Version"/> of the caller's silo. It is 0 from silos of earlier versions.</param>
    [Alias("PlacedInGroup"), AlwaysInterleave]
    Task<IReadOnlyList<PlacedRun>> PlacedInGroupAsync(string group, long version = 0);

    /// <summary>
    /// Returns the runs of a task on this silo: waiting, running, or ended and not yet reported. They are in the order of their ids, as
    /// many as fit in an answer. This silo accepts no further runs from a silo that the caller knows to be lost.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="version">The <see cref="IClusterView.Version"/> of the caller's silo. It is 0 from silos of earlier versions.</param>
    [Alias("Holding"), AlwaysInterleave]
    Task<IReadOnlyList<HeldRun>> HoldingAsync(string task, long version = 0);

    /// <summary>Returns the runs of a task that follow a given one, if there are more than fit in one answer.</summary>
    [Alias("HoldingAfter"), AlwaysInterleave]
    Task<IReadOnlyList<HeldRun>> HoldingAfterAsync(string task, Guid run);
}
