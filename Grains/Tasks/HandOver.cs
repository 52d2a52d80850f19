using OrleansTasks.Calls;
using OrleansTasks.Runs;
using OrleansTasks.Watching;

namespace OrleansTasks.Tasks;

/// <summary>
/// Hands a task over to its next activation. It records ended runs or reports them to the next activation, leaves runs in progress for it
/// to find, and tells the partition, which takes care of the rest.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="generator">Knows which occurrences the grain handles.</param>
/// <param name="results">Writes the results.</param>
/// <param name="pipeline">The outcomes on their way to results.</param>
/// <param name="claimer">The claims in progress.</param>
/// <param name="gate">The occurrences that wait for earlier ones.</param>
/// <param name="ends">Reports ends to the next activation.</param>
/// <param name="placement">The offers to silos.</param>
/// <param name="local">The runs that end on this silo.</param>
/// <param name="remote">The runs that may be on other silos.</param>
internal sealed class HandOver(
    TaskContext context,
    OccurrenceGenerator generator,
    HistoryKeeper results,
    OutcomePipeline pipeline,
    OccurrenceClaimer claimer,
    OverlapGate gate,
    RunEnds ends,
    RunPlacement placement,
    LocalRuns local,
    RemoteRuns remote) : TaskPart(context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Hands everything over. No run ends here afterwards.</summary>
    public async Task MakeAsync(CancellationToken ct)
    {
        await SettleAsync(ct);
        if (Link.IsAttached || Link.HasAsked)
        {
            await TellAsync(ct);
        }

        Turns.Left();
        foreach (var run in Runs.All)
        {
            RunSpans.Leave(run);
        }
    }

    /// <summary>Returns whether no silo has the run, and the partition may not know its present state.</summary>
    private static bool IsUnknown(ActiveRun run) =>
        run.Silo is null && (run.Status != RunStatus.Pending || run.EndedAttempts > 0)
            && !(run.Stored && run.Parked.IsCompletedSuccessfully);

    /// <summary>Waits for questions, offers, records and numbers in progress to complete.</summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        await TryAsync(async () => generator.Give((await Link.TakeLateBriefingAsync())?.Given), ct);
        await TryAsync(() => Task.WhenAll(placement.Offers), ct);
        await TryAsync(() => Task.WhenAll([.. Runs.All.Select(r => r.Parked), .. pipeline.UnderWay, claimer.Claiming]), ct);
    }

    private Task TryAsync(Func<Task> action, CancellationToken ct) => Turns.TryWithinAsync(Patience, action, ct);

    private async Task TellAsync(CancellationToken ct)
    {
        local.TakeEnded();
        foreach (var run in claimer.Waiting.Concat(gate.Queued.Where(r => !r.Stored)).ToList())
        {
            // The partition gives it to the next activation.
            Runs.Remove(run);
        }

        CutOff();
        var departure = new Departure
        {
            Activation = Link.Activation,
            Briefed = Link.IsAttached,
            Term = Link.Term,
            Sequence = pipeline.Close(),
            Forgotten = results.IsForgotten && Runs.Count == 0,
            Settled = Book.Settled,
            HasOrphans = remote.MayBeLeftBehind || Runs.All.Any(r => r is { Silo: not null, Ending: false }) || pipeline.IsBusy,
            Unclaimed = claimer.Waiting.FirstOrDefault()?.ScheduledAt,
            Attempts = Runs.All.Where(r => r is { Stored: true, Ending: false } && (r.Marked || r.Attempt > 0))
                .ToDictionary(r => r.RunId.Value, r => r.Attempt),

            // The partition has the present state of the others.
            Runs = [.. Runs.All.Where(r => !r.Ending && (r.IsCutOff || IsUnknown(r))).Select(RunForms.ToStored)],
        };
        Turns.Left();
        local.TakeEnded();
        foreach (var (run, outcome) in pipeline.HandOver())
        {
            ends.Report(run, outcome);
        }

        // Not earlier, or results that end during the write would be in no history. And before the partition lets the next activation read
        // the history.
        await TryAsync(results.FlushAsync, ct);

        // After that time, telling the partition continues in the background for as long as this silo lives.
        await TryAsync(
            () => Silo.Departures.LeaveAsync(Link.Partition, Known.Name, departure with { Marks = results.Marks with { MayBegin = null } },
                after: Link.Unanswered), ct);
    }

    /// <summary>
    /// Marks the stored runs that are still in progress here although this stopping silo has cut them off. The silo stops in an orderly
    /// way, so this is no loss that counts against them. Before that, the runs stay here for the next activation to find.
    /// </summary>
    private void CutOff()
    {
        if (Silo.Executor.HasCutOff)
        {
            foreach (var run in Runs.All.Where(
                r => r is { Stored: true, Adopted: false, Guarantee: RunGuarantee.AtLeastOnce, Local: not null, Ending: false }))
            {
                (run.EndedAttempts, run.IsCutOff) = (run.Attempt, true);
            }
        }
    }
}
