namespace OrleansTasks.Testing.Client;

/// <summary>Makes and keeps the batches of a fake client.</summary>
/// <param name="runner">Makes the runs.</param>
/// <param name="runs">Keeps the runs.</param>
/// <param name="time">The time.</param>
internal sealed class FakeBatches(FakeRunner runner, FakeRuns runs, TimeProvider time)
{
    private readonly NotedList<FakeBatch> _batches = new();

    public IReadOnlyList<FakeBatch> All => _batches.All;

    public Guid Dispatch(IReadOnlyList<BatchItem> items, Continuation? then, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(items);
        ct.ThrowIfCancellationRequested();
        if (items.Count == 0)
        {
            throw new InvalidTaskException(null, ["The batch has no runs. Add at least one."]);
        }

        foreach (var item in items)
        {
            runner.CheckDispatch(item.Task, item.Options);
        }

        var id = Guid.CreateVersion7(time.GetUtcNow());
        var stored = items.Select(i => runner.Store(i.Task, i.Arguments, i.Options, batch: id));
        _batches.Add(new FakeBatch(id, [.. items], [.. stored], then));
        return id;
    }

    /// <summary>Describes a batch. Returns null if there is none with this id.</summary>
    public BatchInfo? Describe(Guid batch)
    {
        if (Find(batch) is not { } known)
        {
            return null;
        }

        var results = known.Runs.Select(runs.ResultOf).OfType<TaskResult>().ToList();
        return new BatchInfo
        {
            Id = batch,
            Total = known.Runs.Count,
            Succeeded = results.Count(static r => r.Successful),
            Cancelled = results.Count(static r => r.Status == RunStatus.Cancelled),
            Failed = results.Count(static r => r is { Successful: false, Status: not RunStatus.Cancelled }),
            FinishedAt = results.Count == known.Runs.Count ? results.Max(static r => r.FinishedAt) : null,
        };
    }

    /// <summary>Answers the pending runs of a batch, and describes it.</summary>
    public async Task<BatchInfo?> WaitAsync(Guid batch, CancellationToken ct)
    {
        foreach (var run in Find(batch)?.Runs ?? [])
        {
            await runner.WaitAsync(run, ct).ConfigureAwait(false);
        }

        return Describe(batch);
    }

    /// <summary>Cancels the pending runs of a batch.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Cancel(Guid batch)
    {
        var pending = (Find(batch)?.Runs ?? []).Where(r => runs.ResultOf(r) is null).ToList();
        pending.ForEach(r => runner.Cancel(r));
        return pending.Count > 0;
    }

    private FakeBatch? Find(Guid batch) => _batches.All.FirstOrDefault(b => b.Id == batch);
}
