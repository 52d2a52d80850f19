using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Makes up for missed occurrences according to the misfire policy: the occurrences that the policy chooses become stored runs.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="accounts">The outcomes of occurrences.</param>
/// <param name="history">The results of ended runs.</param>
/// <param name="stored">Stores runs.</param>
internal sealed class OccurrenceMakeup(TaskContext context, TaskAccounts accounts, HistoryKeeper history, StoredRuns stored)
    : TaskPart(context)
{
    /// <summary>
    /// Gets the catch-up in progress. Due occurrences wait for it, because occurrences that may not be repeated are claimed in order.
    /// </summary>
    public Task UnderWay { get; private set; } = Task.CompletedTask;

    /// <summary>Makes up for occurrences that were missed.</summary>
    public void MakeUp(MissedOccurrences missed, DateTimeOffset now)
    {
        var entry = Known.Entry!;
        var chosen = CatchUps.Of(entry.NextAfter, PolicyOf(entry), missed.First, missed.Until, now, lateRun: true);
        if (chosen.Count == 0)
        {
            return;
        }

        foreach (var due in chosen)
        {
            Book.Open(RunId.Of(Known.Name, due).Value, due);
        }

        var storing = StoreOrLeaveOutAsync(entry, chosen, now);
        if (entry.OccurrenceGuarantee == RunGuarantee.AtMostOnce)
        {
            UnderWay = storing.WaitAsync(Turns.Leaving);
        }
    }

    /// <summary>Makes up for what was due during a pause, if the pause asks for it.</summary>
    public void MakeUpForPause()
    {
        if (Known.Entry?.CatchUpFrom is { } pausedAt && UnderWay.IsCompleted)
        {
            UnderWay = Turns.UntilDoneAsync(() => MakeUpForPauseAsync(pausedAt)).WaitAsync(Turns.Leaving);
        }
    }

    private static CatchUpPolicy PolicyOf(TaskEntry entry) => entry.EffectiveOptions.CatchUp ?? CatchUpPolicy.Last;

    private async Task StoreOrLeaveOutAsync(TaskEntry entry, IReadOnlyList<DateTimeOffset> chosen, DateTimeOffset now)
    {
        if (!await Turns.TryUntilDoneAsync(() => StoreAsync(entry, chosen, now)))
        {
            // The task may have been cancelled meanwhile, for example. Then nothing from before is made up for.
            foreach (var due in chosen.Where(due => !Runs.Has(RunId.Of(Known.Name, due).Value)))
            {
                Book.Close(RunId.Of(Known.Name, due).Value);
            }
        }
    }

    private async Task MakeUpForPauseAsync(DateTimeOffset pausedAt)
    {
        if (Known.Entry is not { } entry || entry.CatchUpFrom != pausedAt)
        {
            return;
        }

        // The one occurrence of a schedule that has just one is never missed: its partition turns it into a run.
        var first = entry.OccursOnce ? null : entry.NextAfter(pausedAt);
        if (first <= entry.UpdatedAt)
        {
            var chosen = CatchUps.Of(entry.NextAfter, PolicyOf(entry), first.Value, entry.UpdatedAt, entry.UpdatedAt, lateRun: false);
            await StoreAsync(entry, chosen, Clock.Now);
            accounts.NoteStored(chosen);
        }

        await Link.CallAsync((p, epoch) => p.CaughtUpAsync(Known.Name, epoch, pausedAt));
        Known.Learn(Known.Entry is { } now ? now with { CatchUpFrom = null } : null);
    }

    private async Task StoreAsync(TaskEntry entry, IReadOnlyList<DateTimeOffset> chosen, DateTimeOffset now)
    {
        var spread = PolicyOf(entry).Spread;
        for (var n = 0; n < chosen.Count; n++)
        {
            var id = RunId.Of(Known.Name, chosen[n]);
            if (Runs.Has(id.Value))
            {
                continue;
            }

            if (await history.FindAsync(id.Value) is not null)
            {
                Book.Close(id.Value);
                continue;
            }

            var due = now + (n * spread);
            await stored.StoreAsync(RunForms.ToStored(RunFactory.CatchUp(entry, chosen[n], due), due) with { Wait = n * spread });
        }
    }
}
