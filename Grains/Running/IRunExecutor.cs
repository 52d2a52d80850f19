using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Runs handlers on this silo, as its tasks see it.</summary>
internal interface IRunExecutor
{
    /// <summary>The number of runs under way here.</summary>
    int Active { get; }

    /// <summary>The number of runs that wait here for a place.</summary>
    int Queued { get; }

    /// <summary>Whether one more may begin at once.</summary>
    bool HasRoom { get; }

    /// <summary>Whether this silo stops, so that it takes no more runs.</summary>
    bool IsDraining { get; }

    /// <summary>Whether it has asked what it still had to end, because the silo stops and has waited for long enough.</summary>
    bool HasCutOff { get; }

    /// <summary>Whether this silo has stood still lately: who is on it may not have heard yet what happened meanwhile.</summary>
    bool StoodStillLately { get; }

    /// <summary>Whether this silo has a handler and takes runs.</summary>
    bool Takes(string handler);

    /// <summary>Whether a run is here by an offer.</summary>
    bool Holds(Guid run, Guid offer);

    /// <summary>The runs of a task that are here.</summary>
    IEnumerable<HeldRun> Holding(string task);

    /// <summary>The runs here that have a place in a group.</summary>
    IEnumerable<PlacedRun> PlacedInGroup(string group);

    /// <summary>Asks a run to stop.</summary>
    /// <returns>False if it is not here.</returns>
    bool Cancel(Guid run, RunStatus cause);

    /// <summary>Takes an order, to run now or when there is a place.</summary>
    /// <param name="order">The attempt.</param>
    /// <param name="mayQueue">Whether it may wait here for a place.</param>
    /// <param name="observer">Who is told of it.</param>
    /// <param name="started">The attempt under way.</param>
    /// <returns>False if this silo lacks the handler, is full, is drained, or stops.</returns>
    bool TryStart(RunOrder order, bool mayQueue, IRunObserver observer, [NotNullWhen(true)] out ILocalRun? started);
}
