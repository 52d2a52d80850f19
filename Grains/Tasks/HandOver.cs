using OrleansTasks.Calls;
using OrleansTasks.Runs;
using OrleansTasks.Watching;

namespace OrleansTasks.Tasks;

/// <summary>Hands a task over to its next activation: what has ended is recorded, or told to it; what is under way is left for it to find; the partition is told, and looks after the rest.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="generator">Which occurrences the grain looks after.</param>
/// <param name="results">Writes what has ended.</param>
/// <param name="pipeline">What is on its way there.</param>
/// <param name="claimer">What is being claimed.</param>
/// <param name="gate">What waits for earlier occurrences.</param>
/// <param name="ends">Tells the next activation of ends.</param>
/// <param name="placement">What is offered to silos.</param>
/// <param name="local">What ends here.</param>
/// <param name="remote">What may be on other silos.</param>
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

    /// <summary>Hands all over. Nothing ends here after that.</summary>
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

    /// <summary>Whether no silo has a run, and its partition may not know it as it is.</summary>
    private static bool IsUnknown(ActiveRun run) =>
        run.Silo is null && (run.Status != RunStatus.Pending || run.EndedAttempts > 0) && !(run.Stored && run.Parked.IsCompletedSuccessfully);

    /// <summary>Gives what is being asked, offered, recorded and numbered the time to end.</summary>
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
            Attempts = Runs.All.Where(r => r is { Stored: true, Ending: false } && (r.Marked || r.Attempt > 0)).ToDictionary(r => r.RunId.Value, r => r.Attempt),

            // The partition has the others as they are.
            Runs = [.. Runs.All.Where(r => !r.Ending && (r.IsCutOff || IsUnknown(r))).Select(RunForms.ToStored)],
        };
        Turns.Left();
        local.TakeEnded();
        foreach (var (run, outcome) in pipeline.HandOver())
        {
            ends.Report(run, outcome);
        }

        // Only now, or what ended while it was written would be in no history; and before the partition lets the next activation read it.
        await TryAsync(results.FlushAsync, ct);

        // Beyond that time the partition is told on, for as long as this silo lives.
        await TryAsync(() => Silo.Departures.LeaveAsync(Link.Partition, Known.Name, departure with { Marks = results.Marks with { MayBegin = null } }, after: Link.Unanswered), ct);
    }

    /// <summary>
    /// The stored runs that go on here although this silo stops and has cut them off: its end, which comes in good order, is no loss that counts against them. Before that, they
    /// are left here for the next activation to find.
    /// </summary>
    private void CutOff()
    {
        if (Silo.Executor.HasCutOff)
        {
            foreach (var run in Runs.All.Where(r => r is { Stored: true, Adopted: false, Guarantee: RunGuarantee.AtLeastOnce, Local: not null, Ending: false }))
            {
                (run.EndedAttempts, run.IsCutOff) = (run.Attempt, true);
            }
        }
    }
}
