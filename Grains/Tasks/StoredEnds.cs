using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Decides which end of a run counts if the end is stored before anybody is told. Also knows whether storage prevents ends from being
/// reported.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="history">The results of ended runs.</param>
/// <param name="followers">Knows what follows runs.</param>
internal sealed class StoredEnds(TaskContext context, HistoryKeeper history, RunFollowers followers) : TaskPart(context)
{
    /// <summary>Gets the reason why ended runs are not reported yet: storage fails and is retried. Null if it does not.</summary>
    public Exception? Trouble { get; private set; }

    /// <summary>Stores the ends of the stored runs among the given ones in one call.</summary>
    /// <returns>False if one of them cannot be stored, so that each has to be tried by itself.</returns>
    public Task<bool> TryStoreAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended) =>
        TryFinishAsync([.. ended.Where(e => IsStored(e.Run) && !IsTaken(e.Run))]);

    /// <summary>Stores the ends that <see cref="TryStoreAsync"/> has not stored.</summary>
    /// <param name="ended">The same runs.</param>
    /// <param name="stored">Whether <see cref="TryStoreAsync"/> has stored them.</param>
    /// <returns>The ends that count, in the same order.</returns>
    public Task<RunOutcome[]> StoreOthersAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended, bool stored) =>
        Task.WhenAll(
            ended.Select(
                e => IsTaken(e.Run) || (IsStored(e.Run) && stored) ? Task.FromResult(e.Outcome) : IsStored(e.Run)
                    ? FinishAsync(e.Run, e.Outcome) : StoreEndedAsync(e.Run, e.Outcome)));

    /// <summary>Returns whether the end of a run was processed before, without its reporter knowing.</summary>
    private bool IsTaken(ActiveRun run) => history.FindEnded(run) is not null;

    /// <summary>Returns the result of a run, with its number; 0 if it has none yet.</summary>
    public TaskResult Result(ActiveRun run, RunOutcome outcome, long sequence) =>
        RunForms.ToResult(run, outcome, sequence, Known.Registry, Silo.Options.Limits.MaxKeptArgumentsSize);

    /// <summary>Runs an operation and records whether storage prevents outcomes from being reported.</summary>
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

    /// <summary>
    /// Returns whether the partition certainly has a run. For an adopted run, this is unknown. If something follows it, its end is stored
    /// in any case.
    /// </summary>
    private bool IsStored(ActiveRun run) => run.Stored && !(run.Adopted && followers.Has(run));

    /// <summary>Stores the results of stored runs.</summary>
    /// <returns>False if one of them cannot be stored, so that each has to be tried by itself.</returns>
    private async Task<bool> TryFinishAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended)
    {
        var results = ended.Select(e => Result(e.Run, e.Outcome, 0)).ToList();
        return results.Count == 0
            || await Turns.TryUntilDoneAsync(
                () => NotingAsync(() => Link.CallAsync((p, epoch) => p.FinishAsync(Known.Name, epoch, results))));
    }

    /// <summary>Stores the result of one run. If that is impossible, stores the failure to do so.</summary>
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

    /// <summary>
    /// Stores a run that was not stored and has followers. This end decides what follows, and no other end that the run may have after a
    /// loss.
    /// </summary>
    /// <returns>The end that counts: one that was stored before does not change.</returns>
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
