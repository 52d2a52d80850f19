using System.Text.Json;

namespace OrleansTasks.Operations;

/// <summary>Dispatches all ended runs of a selection again.</summary>
internal static class RetryRuns
{
    /// <summary>Handles a run of the task.</summary>
    /// <param name="query">The query; null if runs are listed.</param>
    /// <param name="runs">The runs; empty if there is a query.</param>
    /// <param name="delay">The delay after which each new run is due; null for at once.</param>
    /// <param name="run">The run of this operation.</param>
    /// <param name="client">Finds and dispatches runs.</param>
    public static Task<RunOperationReport> RunAsync(JsonElement? query, RunId[]? runs, TimeSpan? delay, TaskRunContext run,
        ITaskClient client) =>
        new RunOperation(RunAction.Retry, run, client)
            .RunAsync(query, runs, (old, ct) => client.RetryAsync(
                old,
                new RetryOptions
                {
                    Delay = delay,
                    // So that no run is dispatched twice.
                    IdempotencyKey = $"{run.RunId.Value:N}/{old.Value:N}"
                },
                ct));
}
