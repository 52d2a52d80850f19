using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Finds the occurrences that earlier activations started and that nobody has any more. These are lost.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="accounts">The outcomes of occurrences.</param>
/// <param name="history">The results of ended runs.</param>
/// <param name="ends">Ends runs.</param>
/// <param name="claimer">Claims nothing until the lost occurrences are found.</param>
/// <param name="watch">Pauses the task if its occurrences bring down one silo after another.</param>
internal sealed class LostOccurrences(TaskContext context, TaskAccounts accounts, HistoryKeeper history, RunEnds ends,
    OccurrenceClaimer claimer, FailureWatch watch) : TaskPart(context)
{
    private const int LostReports = 1000;

    /// <summary>Takes the occurrences over from earlier activations.</summary>
    public void TakeOver(Briefing briefing)
    {
        Book.TakeOver(Clock.Now, briefing.Settled);
        claimer.MayHaveBegun = briefing.MayHaveBegun;
        if (briefing.Losses > 0)
        {
            // An occurrence that is in progress on another silo was not lost.
            claimer.Before =
                Turns.TryUntilDoneAsync(
                    () => Runs.All.Any(static r => r is { Trigger: RunTrigger.Schedule, Silo: not null })
                        ? Task.CompletedTask
                        : watch.PauseIfTooManyAsync(briefing.Losses));
        }

        if (Known.Entry is { Schedule: not null, OccurrenceGuarantee: RunGuarantee.AtMostOnce } && briefing.Claimed is { } claimed
            && !(briefing.Settled >= claimed))
        {
            // Occurrences that start meanwhile do not settle the earlier ones.
            Book.Hold(briefing.Settled ?? claimed.AddTicks(-1));
            claimer.Before = ReportAsync(claimer.Before, briefing.Settled, claimed, Clock.Now);
        }
    }

    private async Task ReportAsync(Task before, DateTimeOffset? settled, DateTimeOffset claimed, DateTimeOffset now)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        List<Task> lost = [];
        var isReported = await Turns.TryUntilDoneAsync(() => ReportAsync(settled, claimed, now, lost));
        Book.Release();
        if (isReported && lost.Count > 0)
        {
            await Task.WhenAll(lost);
            await history.FlushAsync();
            await Turns.UntilDoneAsync(watch.PauseIfLosingAsync);
        }
    }

    private async Task ReportAsync(DateTimeOffset? settled, DateTimeOffset claimed, DateTimeOffset now, List<Task> lost)
    {
        await history.LoadAsync();
        if (Known.Entry is not { OccursOnce: false, ResolvedOrNull: { } schedule } entry)
        {
            return;
        }

        var due = Next(settled ?? claimed.AddTicks(-1));
        for (var n = 0; n < LostReports && due is { } instant && instant <= claimed; n++)
        {
            // A stored occurrence waits for another attempt.
            var id = RunId.Of(Known.Name, instant);
            if (!IsKnown(id) && !await accounts.IsAccountedAsync(instant) && !await Link.HasAsync(id) && !IsKnown(id))
            {
                // A silo has not reported it either while that was checked.
                var run = new ActiveRun { Facts = RunFactory.Occurrence(entry, instant), Attempt = 1 };
                Runs.Put(run);
                Book.Open(id.Value, instant);
                lost.Add(Runs.WaitForAsync(run));
                ends.EndLost(run, now);
            }

            due = Next(instant);
        }

        Book.Take(claimed);

        bool IsKnown(RunId run) => Runs.Has(run.Value) || history.Find(run.Value) is not null;

        DateTimeOffset? Next(DateTimeOffset after)
        {
            try
            {
                return schedule.NextAfter(after);
            }
            catch (Exception e) when (e is ScheduleTooExpensiveException or InvalidTaskException)
            {
                // The search is expensive and is not repeated: these occurrences are left out.
                return null;
            }
        }
    }
}
