using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Reports the outcomes of runs to task grains, and repeats each report until a grain has accepted it.</summary>
internal interface IOutcomeReporter : IRunObserver
{
    /// <summary>Takes an outcome over, and reports it, however long that takes.</summary>
    void Add(HeldRun run, RunOutcome outcome);
}
