using System.Diagnostics;
using System.Text.Json;

namespace OrleansTasks.Operations;

/// <summary>Acknowledges or discards all dead letters of a selection, or cancels all its runs.</summary>
internal static class ActOnRuns
{
    /// <summary>Handles a run of the task.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="query">The query; null if runs are listed.</param>
    /// <param name="runs">The runs; empty if there is a query.</param>
    /// <param name="note">The note for people; null for none.</param>
    /// <param name="run">The run of this operation.</param>
    /// <param name="client">Finds and changes runs.</param>
    public static Task<RunOperationReport> RunAsync(RunAction action, JsonElement? query, RunId[]? runs, string? note, TaskRunContext run,
        ITaskClient client) =>
        new RunOperation(action, run, client).RunAsync(query, runs, action switch
        {
            RunAction.Acknowledge => (old, ct) => client.AcknowledgeAsync(old, note, ct),
            RunAction.Discard => (old, ct) => client.DiscardAsync(old, note, ct),
            RunAction.Cancel => (old, ct) => CancelAsync(client, old, ct),
            _ => throw new UnreachableException(),
        });

    private static async Task CancelAsync(ITaskClient client, RunId run, CancellationToken ct)
    {
        if (!await client.CancelRunAsync(run, ct))
        {
            throw new TaskConflictException(run.Task, $"{run} had ended before, or is not known. See its result.");
        }
    }
}
