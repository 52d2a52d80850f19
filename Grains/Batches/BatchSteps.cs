using OrleansTasks.Client.Links;

namespace OrleansTasks.Batches;

/// <summary>
/// Does the work of a batch's phase: gives its runs to tasks, cancels them, or stores its continuation. Each may be interrupted, and the
/// next call resumes it.
/// </summary>
/// <param name="silo">The services that all batches on the silo share.</param>
/// <param name="batch">The batch's id.</param>
/// <param name="keeper">The batch.</param>
/// <param name="dispatcher">Gives runs to tasks.</param>
internal sealed class BatchSteps(BatchServices silo, Guid batch, BatchKeeper keeper, BatchDispatcher dispatcher)
{
    private readonly BatchCallOff _callOff = new(silo, batch);
    private Task? _going;

    // The phase whose work may have been tried before, with the loss of a silo.
    private BatchPhase _tried;

    /// <summary>Gets the work in progress; completed if there is none.</summary>
    public Task Going => _going ?? Task.CompletedTask;

    /// <summary>Resumes the batch from where an earlier activation has left it.</summary>
    public void TakeUp() => _tried = keeper.Phase;

    /// <summary>Works until only ends of runs are left to wait for. Concurrent calls wait for the same work.</summary>
    /// <exception cref="Exception">Some of the work is not possible now.</exception>
    public Task GoOnAsync() => _going is { IsCompleted: false } ? _going : _going = GoAsync();

    private async Task GoAsync()
    {
        IReadOnlyList<Exception> failures;
        BatchPhase phase;
        do
        {
            phase = keeper.Phase;
            failures = await (phase switch
            {
                BatchPhase.Dispatching => GiveAllAsync(),
                BatchPhase.Cancelling => CallOffAllAsync(),
                BatchPhase.Finishing => FinishAsync(),
                _ => Task.FromResult<IReadOnlyList<Exception>>([]),
            });
        }
        while (keeper.Phase != phase);

        if (failures.Any(static f => !ClusterCalls.IsRefusal(f)))
        {
            _tried = phase;
        }

        // Errors in an earlier phase do not matter in the present one.
        if (failures.Count > 0)
        {
            throw new AggregateException(failures.Take(BatchState.MaxErrors));
        }
    }

    private async Task<IReadOnlyList<Exception>> GiveAllAsync()
    {
        var failures = new List<Exception>();
        var (items, of) = (keeper.State!.Items!, keeper.State);
        foreach (var chunk in Enumerable.Range(0, items.Count).Where(NotEnded).Chunk(BatchDispatcher.AtOnce))
        {
            if (keeper.Phase != BatchPhase.Dispatching)
            {
                return failures;
            }

            // One unreachable task does not delay the others.
            var given = Task.WhenAll(chunk.Select(n => GiveAsync(items[n], n, of, _tried == BatchPhase.Dispatching)));
            await given.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            failures.AddRange(given.Exception?.InnerExceptions ?? []);
        }

        if (failures.Count == 0 && keeper.Phase == BatchPhase.Dispatching)
        {
            keeper.Change(static s => s.WithoutItems());
            await keeper.WriteAsync();
        }

        return failures;
    }

    private async Task GiveAsync(BatchItem item, int index, BatchState of, bool isAgain)
    {
        if (await dispatcher.GiveAsync(item, index, of, isAgain) is { } error)
        {
            keeper.Change(s => s.With(index, RunStatus.Failed, error));
        }
    }

    /// <summary>
    /// Carries out the cancellation of the batch, which is stored first. Partitions are told first, and from then on none of its runs
    /// starts. Then tasks are told, which end the runs. Repeated until all have ended.
    /// </summary>
    private async Task<IReadOnlyList<Exception>> CallOffAllAsync()
    {
        await keeper.WriteAsync();
        var failures = new List<Exception>();
        foreach (var chunk in Enumerable.Range(0, keeper.State?.Total ?? 0).Where(NotEnded).Chunk(BatchCallOff.AtOnce))
        {
            var (free, stored) = await _callOff.InPartitionsAsync(chunk, n => keeper.State?.TaskOf(n), failures);
            foreach (var index in free)
            {
                // No partition has stored it, and none will. The others count when their tasks have ended them.
                keeper.Change(s => s.With(index, RunStatus.Cancelled));
            }

            await _callOff.InTasksAsync(stored, failures);
        }

        if (failures.Count == 0)
        {
            keeper.Change(static s => s.WithoutItems());
            await keeper.WriteAsync();
        }

        return failures;
    }

    private async Task<IReadOnlyList<Exception>> FinishAsync()
    {
        var ended = keeper.State!.Finish(silo.Time.GetUtcNow());
        var followed = await FollowAsync(ended);
        if (keeper.Phase == BatchPhase.Finishing)
        {
            keeper.Set(ended with { Followed = followed });
            await keeper.WriteAsync();
        }

        return [];
    }

    private async Task<RunId?> FollowAsync(BatchState ended)
    {
        try
        {
            return await dispatcher.FollowAsync(ended, _tried == BatchPhase.Finishing);
        }
        catch (Exception e) when (!ClusterCalls.IsRefusal(e))
        {
            _tried = BatchPhase.Finishing;
            throw;
        }
    }

    private bool NotEnded(int index) => keeper.State?.HasEnded(index) == false;
}
