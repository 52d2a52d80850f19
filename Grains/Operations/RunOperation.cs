using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Operations;

/// <summary>
/// Does something with each run of a selection. After the loss of a silo, the next attempt starts from the beginning, so each action must
/// change nothing when it is repeated.
/// </summary>
/// <param name="action">What is done.</param>
/// <param name="run">The run of this operation.</param>
/// <param name="client">Finds runs.</param>
internal sealed class RunOperation(RunAction action, TaskRunContext run, ITaskClient client)
{
    private const int AtOnce = 8;

    /// <summary>Does it with all runs.</summary>
    /// <param name="query">The query; null if runs are listed.</param>
    /// <param name="runs">The runs; empty if there is a query.</param>
    /// <param name="act">Does it with one run.</param>
    public async Task<RunOperationReport> RunAsync(JsonElement? query, RunId[]? runs, Func<RunId, CancellationToken, Task> act)
    {
        using var actor = TaskActor.As(run.RequestedBy);
        var wanted = query is { ValueKind: JsonValueKind.Object } json
            ? RunScope.Of(action, json.Deserialize<RunQuery>(TaskJson.Options)!, run.ScheduledAt)
            : null;
        var tally = wanted is null ? new OperationTally(runs?.Length) : await TallyAsync(wanted);
        await Parallel.ForEachAsync(
            wanted is null ? ToAsync(runs ?? []) : FindAsync(wanted, run.CancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = run.CancellationToken },
            async (old, ct) =>
            {
                try
                {
                    await act(old, ct);
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
    /// Starts the count. Runs that an earlier attempt was done with may no longer match the query: the number of runs at the beginning is
    /// saved, and those that are missing are done.
    /// </summary>
    private async Task<OperationTally> TallyAsync(RunScope wanted)
    {
        var counted = wanted.Query with { Limit = null, After = null };
        var count = (await client.CountRunsAsync(counted, ct: run.CancellationToken)).Values.Sum();
        if (wanted.Query.Limit is { } limit)
        {
            return new OperationTally(Math.Min(limit, count));
        }

        if (!wanted.Shrinks)
        {
            return new OperationTally(count);
        }

        if (!run.HasCheckpoint)
        {
            await run.SaveCheckpointAsync(count);
        }

        var expected = run.Checkpoint<long>();
        return new OperationTally(expected, Math.Max(0, expected - count));
    }

    private async IAsyncEnumerable<RunId> FindAsync(RunScope wanted, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var found in client.RunsAsync(wanted.Query, ct))
        {
            if (wanted.Takes(found))
            {
                yield return found.RunId;
            }
        }
    }

    private static async IAsyncEnumerable<RunId> ToAsync(IEnumerable<RunId> runs)
    {
        foreach (var one in runs)
        {
            yield return one;
        }

        await Task.CompletedTask;
    }
}
