using System.Diagnostics;
using OrleansTasks.Client;
using OrleansTasks.Outbox.Rows;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Hands rows over to the cluster: rows of one key one after another, others at the same time.</summary>
/// <param name="runs">Dispatches runs.</param>
/// <param name="options">The settings.</param>
/// <param name="time">The time.</param>
internal sealed class RowDelivery(IGivenRuns runs, OutboxOptions options, TimeProvider time)
{
    /// <summary>Hands rows over.</summary>
    /// <returns>
    /// What became of those that were handed over. A row is not handed over if an earlier one of its key did not get through, or if the
    /// cluster accepts nothing.
    /// </returns>
    public async Task<IReadOnlyList<(OutboxRow Row, RelayVerdict Verdict)>> DeliverAsync(IReadOnlyList<OutboxRow> rows,
        CancellationToken ct)
    {
        var lines = rows.GroupBy(static r => r.Key is null ? $"\n{r.Id}" : r.Key, StringComparer.Ordinal);
        var verdicts = new List<(OutboxRow, RelayVerdict)>();
        var isOut = false;
        await Parallel.ForEachAsync(
            lines, new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency }, async (line, _) =>
        {
            foreach (var row in line)
            {
                if (Volatile.Read(ref isOut) || ct.IsCancellationRequested)
                {
                    return;
                }

                if (await DeliverAsync(row, ct).ConfigureAwait(false) is not { } verdict)
                {
                    return;
                }

                lock (verdicts)
                {
                    verdicts.Add((row, verdict));
                }

                if (verdict.Kind == RelayVerdictKind.Outage)
                {
                    Volatile.Write(ref isOut, true);
                }

                if (verdict.Kind == RelayVerdictKind.Postpone
                    || (verdict.Kind == RelayVerdictKind.Refuse && options.Refused == RefusedRows.Block))
                {
                    return;
                }
            }
        }).ConfigureAwait(false);
        return verdicts;
    }

    /// <summary>Hands one row over.</summary>
    /// <returns>The verdict, or null if the relay stops.</returns>
    private async Task<RelayVerdict?> DeliverAsync(OutboxRow row, CancellationToken ct)
    {
        var present = Activity.Current;
        var span = TaskSpans.IsOn ? TaskSpans.Begin($"relay {row.Task}", ActivityKind.Internal, OutboxRows.TraceOf(row)) : null;
        try
        {
            if (span is not null)
            {
                TaskSpans.NameRun(span, row.Run);
            }

            var given = new GivenRun(row.Run, Repeated: row.Attempts > 0);
            await runs.DispatchAsync(given, OutboxRows.ArgumentsOf(row), OutboxRows.OptionsOf(row), ct).ConfigureAwait(false);
            return new RelayVerdict(RelayVerdictKind.Accept);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            // One row that cannot be handed over must not stop the others, whatever is wrong with it.
            var verdict = RelayVerdict.Of(e, row, time.GetUtcNow(), options);
            if (span is not null)
            {
                TaskSpans.Fail(span, e.GetType().Name, verdict.Reason);
            }

            return verdict;
        }
        finally
        {
            if (span is not null)
            {
                TaskSpans.EndApart(span);
                Activity.Current = present;
            }
        }
    }
}
