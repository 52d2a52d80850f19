namespace OrleansTasks;

/// <summary>Who ordered a run on this silo, and is told of it, on any thread.</summary>
internal interface IRunObserver
{
    void OnProgress(RunningRun run, RunProgress progress);

    void OnEnd(RunningRun run, RunOutcome outcome);
}
