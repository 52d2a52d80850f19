using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Decides which end of a run counts where it is stored before anybody is told, and knows whether storage keeps it from being told.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="history">What has ended.</param>
/// <param name="followers">What follows runs.</param>
internal sealed class StoredEnds(TaskContext context, HistoryKeeper history, RunFollowers followers) : TaskPart(context)
{
    /// <summary>Why what has ended is not told yet: storage fails, and is tried again. Null if it does not.</summary>
    public Exception? Trouble { get; private set; }

    /// <summary>Stores the ends of those of some runs that are stored, in one call.</summary>
    /// <returns>False if one of them cannot be stored, so that each is to be tried for itself.</returns>
    public Task<bool> TryStoreAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended) => TryFinishAsync([.. ended.Where(e => IsStored(e.Run) && !IsTaken(e.Run))]);

    /// <summary>Stores what that call has not.</summary>
    /// <param name="ended">The same runs.</param>
    /// <param name="stored">Whether that call has stored them.</param>
    /// <returns>The ends that count, in the same order.</returns>
    public Task<RunOutcome[]> StoreOthersAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended, bool stored) =>
        Task.WhenAll(ended.Select(e => IsTaken(e.Run) || (IsStored(e.Run) && stored) ? Task.FromResult(e.Outcome) : IsStored(e.Run) ? FinishAsync(e.Run, e.Outcome) : StoreEndedAsync(e.Run, e.Outcome)));

    /// <summary>Whether the end of a run was taken before, and whoever tells it did not hear of that.</summary>
    private bool IsTaken(ActiveRun run) => history.FindEnded(run) is not null;

    /// <summary>The result of a run, with its number; 0 if it has none yet.</summary>
    public TaskResult Result(ActiveRun run, RunOutcome outcome, long sequence) =>
        RunForms.ToResult(run, outcome, sequence, Known.Registry, Silo.Options.Limits.MaxKeptArgumentsSize);

    /// <summary>Notes whether storage is what keeps outcomes from being told.</summary>
    public async Task NotingAsync(Func<Task> store)
    {
        try
        {
            await store();
            Trouble = null;
        }
        catch (PartitionMovedException e) when (e.StorageFails)
        {
            Trouble = e;
            throw;
        }
    }

    /// <summary>Whether the partition surely has a run. Of one that was adopted that is not known; where something follows it, its end is to be stored in any case.</summary>
    private bool IsStored(ActiveRun run) => run.Stored && !(run.Adopted && followers.Has(run));

    /// <summary>Stores what some stored runs came to.</summary>
    /// <returns>False if one of them cannot be stored, so that each is to be tried for itself.</returns>
    private async Task<bool> TryFinishAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended)
    {
        var results = ended.Select(e => Result(e.Run, e.Outcome, 0)).ToList();
        return results.Count == 0 || await Turns.TryUntilDoneAsync(() => NotingAsync(() => Link.CallAsync((p, epoch) => p.FinishAsync(Known.Name, epoch, results))));
    }

    /// <summary>Stores what one run came to; where that cannot be stored, that it could not.</summary>
    /// <returns>The end that counts.</returns>
    private async Task<RunOutcome> FinishAsync(ActiveRun run, RunOutcome outcome)
    {
        if (await TryFinishAsync([(run, outcome)]))
        {
            return outcome;
        }

        var told = new RunOutcome
        {
            Status = RunStatus.Failed,
            Error = $"The run ended as {outcome.Status}, and its result cannot be stored; the silo's log says why.",
            StartedAt = outcome.StartedAt,
            FinishedAt = outcome.FinishedAt,
            Silo = outcome.Silo,
        };
        await TryFinishAsync([(run, told)]);
        return told;
    }

    /// <summary>Stores a run that was not stored and is followed: what follows it is decided by this end, and by no other that the run may come to after a loss.</summary>
    /// <returns>The end that counts: one that was stored before is not changed.</returns>
    private async Task<RunOutcome> StoreEndedAsync(ActiveRun run, RunOutcome outcome)
    {
        var ended = RunForms.ToStored(run) with { Arguments = null, Headers = null, Result = Result(run, outcome, 0) };
        var stored = ended;
        await Turns.TryUntilDoneAsync(async () =>
        {
            stored = await Link.CallAsync((p, epoch) => p.AddRunAsync(epoch, ended));
            if (stored.RunId == run.RunId && stored.Result is null)
            {
                await Link.CallAsync((p, epoch) => p.FinishAsync(Known.Name, epoch, [ended.Result]));
            }
        });
        run.Stored = true;
        history.Expect(run);
        return stored.RunId == run.RunId && stored.Result is { } known ? RunForms.OutcomeOf(known) : outcome;
    }
}
