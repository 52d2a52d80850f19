using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Runs handlers on this silo, for its tasks.</summary>
internal interface IRunExecutor
{
    /// <summary>Gets the number of running attempts on this silo.</summary>
    int Active { get; }

    /// <summary>Gets the number of runs that wait on this silo for a place.</summary>
    int Queued { get; }

    /// <summary>Gets whether one more run may start at once.</summary>
    bool HasRoom { get; }

    /// <summary>Gets whether this silo is stopping, so that it takes no more runs.</summary>
    bool IsDraining { get; }

    /// <summary>Gets whether the remaining runs were asked to stop, because the silo is stopping and has waited long enough.</summary>
    bool HasCutOff { get; }

    /// <summary>Gets whether this silo has stalled recently. Its tasks may not know yet what happened during the stall.</summary>
    bool StoodStillLately { get; }

    /// <summary>Decides whether this silo has a handler and takes runs.</summary>
    bool Takes(string handler);

    /// <summary>Decides whether this silo has a run by a given offer.</summary>
    bool Holds(Guid run, Guid offer);

    /// <summary>Returns the runs of a task on this silo.</summary>
    IEnumerable<HeldRun> Holding(string task);

    /// <summary>Returns the runs on this silo that have a place in a group.</summary>
    IEnumerable<PlacedRun> PlacedInGroup(string group);

    /// <summary>Asks a run to stop.</summary>
    /// <returns>False if this silo does not have the run.</returns>
    bool Cancel(Guid run, RunStatus cause);

    /// <summary>Takes an order, and runs it now or when there is a place.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="mayQueue">Whether the attempt may wait here for a place.</param>
    /// <param name="observer">The observer of the attempt.</param>
    /// <param name="started">The attempt that was accepted.</param>
    /// <returns>False if this silo lacks the handler, is full, is drained, or is stopping.</returns>
    bool TryStart(RunOrder order, bool mayQueue, IRunObserver observer, [NotNullWhen(true)] out ILocalRun? started);
}
