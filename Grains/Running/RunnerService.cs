using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>The door to this silo's <see cref="RunExecutor"/> for tasks on other silos.</summary>
[Reentrant]
internal sealed class RunnerService(GrainId id, Silo silo, ILoggerFactory loggers, RunExecutor executor, OutcomeReporter reporter)
    : GrainService(id, silo, loggers), IRunnerService
{
    public Task<bool> StartAsync(RunOrder order, bool mayQueue)
    {
        if (reporter.Holds(order.RunId.Value) || executor.Holds(order.RunId.Value))
        {
            return Task.FromResult(true);
        }

        return Task.FromResult(executor.TryStart(order, mayQueue, reporter, out _));
    }

    public Task<bool> CancelAsync(Guid run, RunStatus cause) => Task.FromResult(executor.Cancel(run, cause));

    public Task<IReadOnlyList<HeldRun>> HoldingAsync(string task) =>
        Task.FromResult<IReadOnlyList<HeldRun>>([.. executor.Holding(task), .. reporter.Holding(task)]);
}
