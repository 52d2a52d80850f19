using Microsoft.Extensions.Logging;
using OrleansTasks.Grains;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>
/// Answers requests from tasks on other silos to this silo's executor: to start and stop runs, which runs it has, and which partitions are
/// here.
/// </summary>
/// <param name="executor">Runs handlers here.</param>
/// <param name="reporter">Reports outcomes to tasks on other silos.</param>
/// <param name="locals">The engine's grains here.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="log">The log.</param>
internal sealed partial class RunnerDoor(IRunExecutor executor, OutcomeReporter reporter, LocalGrains locals, IClusterView cluster,
    TimeProvider time, ILogger log)
{
    // Contains orders that their senders gave up, and runs that were cancelled, because such an order may still arrive.
    private readonly RememberedIds _refused = new(time);
    private readonly RememberedIds _calledOff = new(time);

    /// <summary>
    /// Takes an order. It rejects an order that was still in transit when its sender was lost: the task may have asked this silo since, and
    /// may have concluded that the run is lost. A caller that asks names its version of the list of silos, and gets an answer when this
    /// silo knows at least that version.
    /// </summary>
    public bool Start(RunOrder order, bool mayQueue) =>
        IsHere(order.RunId.Value, order.Offer)
        || (!_refused.Contains(order.Offer) && !_calledOff.Contains(order.RunId.Value)
            && !(order.Sender is { } sender && cluster.IsGone(sender)) && executor.TryStart(order, mayQueue, reporter, out _));

    public bool Settle(Guid run, Guid offer)
    {
        if (IsHere(run, offer))
        {
            return true;
        }

        _refused.Add(offer);
        return false;
    }

    /// <summary>
    /// Asks a run to stop. If the run is not here, its order may be in transit. Then it does not start when the order arrives.
    /// </summary>
    public bool Cancel(Guid run, RunStatus cause)
    {
        if (executor.Cancel(run, cause))
        {
            return true;
        }

        _calledOff.Add(run);
        return false;
    }

    public bool HasPartition(int partition) => locals.HasPartition(partition);

    public async Task<bool> ReleasePartitionAsync(int partition, SiloAddress wanting)
    {
        // A silo that was declared dead and does not know it yet must take nothing from the active ones.
        if (!cluster.IsActive(wanting))
        {
            return false;
        }

        if (locals.HasPartition(partition))
        {
            LogReleased(log, partition, wanting);
            await locals.ReleasePartitionAsync(partition);
        }

        return !locals.HasPartition(partition);
    }

    /// <summary>
    /// Returns the runs of a task on this silo, as many as fit in an answer. This silo accepts no further runs from a silo that the caller
    /// knows to be lost.
    /// </summary>
    public async Task<IReadOnlyList<HeldRun>> HoldingAsync(string task, long version)
    {
        await cluster.LearnAsync(version);
        return HoldingAfter(task, Guid.Empty);
    }

    /// <summary>
    /// Returns the runs of a task on this silo that follow a given one, in the order of their ids, as many as fit in an answer.
    /// </summary>
    public IReadOnlyList<HeldRun> HoldingAfter(string task, Guid run) => AnswerPage.Of(
        executor.Holding(task).Concat(reporter.Holding(task)).DistinctBy(h => h.Order.RunId).OrderBy(h => h.Order.RunId.Value)
            .SkipWhile(h => h.Order.RunId.Value.CompareTo(run) <= 0),
        HeldRun.SizeOf,
        int.MaxValue,
        AnswerPage.MaxMixedBytes);

    /// <summary>
    /// Returns the runs on this silo that have a place in a group. This silo accepts no further runs from a silo that the caller knows to
    /// be lost.
    /// </summary>
    public async Task<IReadOnlyList<PlacedRun>> PlacedInGroupAsync(string group, long version)
    {
        await cluster.LearnAsync(version);
        return [.. executor.PlacedInGroup(group)];
    }

    private bool IsHere(Guid run, Guid offer) => executor.Holds(run, offer) || reporter.Holds(run, offer);

    [LoggerMessage(152, LogLevel.Warning,
        "Partition {Partition} is active here, but calls go to {Silo} instead. It is stored and closed here.")]
    private static partial void LogReleased(ILogger logger, int partition, SiloAddress silo);
}
