using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Tells task grains what came of runs, until one of them has taken the outcome.</summary>
internal interface IOutcomeReporter : IRunObserver
{
    /// <summary>Takes an outcome over, to report it however long that takes.</summary>
    void Add(HeldRun run, RunOutcome outcome);
}
