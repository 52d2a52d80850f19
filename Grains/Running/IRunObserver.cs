using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Who ordered a run on this silo, and is told of it, on any thread.</summary>
internal interface IRunObserver
{
    void OnProgress(ILocalRun run, RunProgress progress);

    /// <summary>Called when a run was asked to stop and goes on all the same.</summary>
    void OnIgnoring(ILocalRun run);

    /// <summary>Called while the silo still holds the run, so that it is never nowhere.</summary>
    void OnEnd(ILocalRun run, RunOutcome outcome);
}
