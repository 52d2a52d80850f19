using Microsoft.Extensions.Logging;
using OrleansTasks.Grains;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>What tasks on other silos may ask of this silo's executor: to start and stop runs, which it has, and which partitions are here.</summary>
/// <param name="executor">Runs handlers here.</param>
/// <param name="reporter">Tells tasks on other silos what came of their runs.</param>
/// <param name="locals">The engine's grains here.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="log">The log.</param>
internal sealed partial class RunnerDoor(IRunExecutor executor, OutcomeReporter reporter, LocalGrains locals, IClusterView cluster, TimeProvider time, ILogger log)
{
    // Orders whose senders gave them up, and runs that were called off: an order may be on its way.
    private readonly RememberedIds _refused = new(time);
    private readonly RememberedIds _calledOff = new(time);

    /// <summary>
    /// Takes an order. One that was still on its way when its sender was lost is refused: the task may have asked here since, and have taken the run for lost. Who asks names what it
    /// knows of the silos, and is answered when no less is known here.
    /// </summary>
    public bool Start(RunOrder order, bool mayQueue) =>
        IsHere(order.RunId.Value, order.Offer)
        || (!_refused.Contains(order.Offer) && !_calledOff.Contains(order.RunId.Value) && !(order.Sender is { } sender && cluster.IsGone(sender)) && executor.TryStart(order, mayQueue, reporter, out _));

    public bool Settle(Guid run, Guid offer)
    {
        if (IsHere(run, offer))
        {
            return true;
        }

        _refused.Add(offer);
        return false;
    }

    /// <summary>Asks a run to stop. One that is not here may be on its way here, and does not begin then.</summary>
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
        // One that was declared dead and does not know it yet takes nothing from those who do.
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

    /// <summary>The runs of a task that are here, as many as fit an answer; none of them comes later from a silo that whoever asks knows to be lost.</summary>
    public async Task<IReadOnlyList<HeldRun>> HoldingAsync(string task, long version)
    {
        await cluster.LearnAsync(version);
        return HoldingAfter(task, Guid.Empty);
    }

    /// <summary>The runs of a task that are here, after one of them, in order of their ids, as many as fit an answer.</summary>
    public IReadOnlyList<HeldRun> HoldingAfter(string task, Guid run) => AnswerPage.Of(
        executor.Holding(task).Concat(reporter.Holding(task)).DistinctBy(h => h.Order.RunId).OrderBy(h => h.Order.RunId.Value).SkipWhile(h => h.Order.RunId.Value.CompareTo(run) <= 0),
        HeldRun.SizeOf,
        int.MaxValue,
        AnswerPage.MaxMixedBytes);

    /// <summary>The runs here that have a place in a group; none of them comes later from a silo that whoever asks knows to be lost.</summary>
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
