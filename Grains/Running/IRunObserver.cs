using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Observes a run that it ordered on this silo. Its methods are called on any thread.</summary>
internal interface IRunObserver
{
    void OnProgress(ILocalRun run, RunProgress progress);

    /// <summary>Called when a run continues although it was asked to stop.</summary>
    void OnIgnoring(ILocalRun run);

    /// <summary>Called while the silo still has the run, so that there is always a place where the run is found.</summary>
    void OnEnd(ILocalRun run, RunOutcome outcome);
}
