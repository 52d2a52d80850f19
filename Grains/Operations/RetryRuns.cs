using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Operations;

/// <summary>
/// Dispatches all ended runs of a selection again. After the loss of a silo, the next attempt starts from the beginning. Each dispatch has
/// a key, so that no run is dispatched twice.
/// </summary>
internal static class RetryRuns
{
    private const int AtOnce = 8;
    private static readonly IReadOnlyList<RunStatus> NotSucceeded =
        [.. Enum.GetValues<RunStatus>().Where(static s => s.IsFinal() && s != RunStatus.Succeeded)];

    /// <summary>Handles a run of the task.</summary>
    /// <param name="query">The query; null if runs are listed.</param>
    /// <param name="runs">The runs; empty if there is a query.</param>
    /// <param name="delay">The delay after which each new run is due; null for at once.</param>
    /// <param name="run">The run of this operation.</param>
    /// <param name="client">Finds and dispatches runs.</param>
    public static async Task<RunOperationReport> RunAsync(JsonElement? query, RunId[]? runs, TimeSpan? delay, TaskRunContext run,
        ITaskClient client)
    {
        using var actor = TaskActor.As(run.RequestedBy);
        var wanted = query is { ValueKind: JsonValueKind.Object } json
            ? Bounded(json.Deserialize<RunQuery>(TaskJson.Options)!, run.ScheduledAt)
            : null;
        var tally = new OperationTally(
            wanted is null ? runs?.Length : wanted.Limit ?? (await client.CountRunsAsync(wanted, ct: run.CancellationToken)).Values.Sum());
        await Parallel.ForEachAsync(
            wanted is null ? ToAsync(runs ?? []) : FindAsync(client, wanted, run.CancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = run.CancellationToken },
            async (old, ct) =>
            {
                try
                {
                    await client.RetryAsync(old, new RetryOptions { Delay = delay, IdempotencyKey = $"{run.RunId.Value:N}/{old.Value:N}" },
                        ct);
                    tally.NoteDone();
                }
                catch (TaskException e) when (!ClusterCalls.IsTransient(e) && e is not ClusterUnreachableException)
                {
                    tally.NoteRefused(old, e.Message);
                }

                run.ReportProgress(tally.Fraction, tally.ToString());
            });
        return tally.ToReport();
    }

    /// <summary>
    /// Limits a query to what had ended at the time of the request. The new runs may end in the same way, and would be found too.
    /// </summary>
    internal static RunQuery Bounded(RunQuery query, DateTimeOffset asked) => query with
    {
        To = query.To <= asked ? query.To : asked.AddTicks(1),
        Statuses = query.Statuses.Count > 0 ? query.Statuses : NotSucceeded,
    };

    private static async IAsyncEnumerable<RunId> FindAsync(ITaskClient client, RunQuery query,
        [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var run in client.RunsAsync(query, ct))
        {
            yield return run.RunId;
        }
    }

    private static async IAsyncEnumerable<RunId> ToAsync(IEnumerable<RunId> runs)
    {
        foreach (var run in runs)
        {
            yield return run;
        }

        await Task.CompletedTask;
    }
}
