using OrleansTasks.Client.Links;

namespace OrleansTasks.Batches;

/// <summary>
/// Does what a batch's phase leaves to do: gives its runs to tasks, calls them off, or has the run stored that follows. Each may be interrupted, and is gone on with by whoever asks
/// next.
/// </summary>
/// <param name="silo">What all batches on the silo share.</param>
/// <param name="batch">The batch's id.</param>
/// <param name="keeper">The batch.</param>
/// <param name="dispatcher">Gives runs to tasks.</param>
internal sealed class BatchSteps(BatchServices silo, Guid batch, BatchKeeper keeper, BatchDispatcher dispatcher)
{
    private readonly BatchCallOff _callOff = new(silo, batch);
    private Task? _going;

    // In which phase what is done may have been tried before, and a silo have been lost by it.
    private BatchPhase _tried;

    /// <summary>What is being done; ended if nothing is.</summary>
    public Task Going => _going ?? Task.CompletedTask;

    /// <summary>Takes the batch up as an earlier activation has left it.</summary>
    public void TakeUp() => _tried = keeper.Phase;

    /// <summary>Goes on until nothing is left to do but to wait for runs to end. Those who ask meanwhile wait for the same.</summary>
    /// <exception cref="Exception">Something could not be done now.</exception>
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

        // What failed on the way to another phase does not matter in that.
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

            // One task that is out of reach does not hold the others up.
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

    /// <summary>Carries out that the batch is cancelled, which is stored first: partitions are told, from where on none of its runs starts, then tasks, which end them. Repeated until all have ended.</summary>
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
