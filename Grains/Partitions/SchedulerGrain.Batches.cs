namespace OrleansTasks;

/// <content>Batches: somebody must have them go on that were interrupted, and forget them when their time is over.</content>
internal sealed partial class SchedulerGrain
{
    private const int BatchesAtOnce = 32;

    // When a batch expires whose runs were removed: whatever it waits for will not come.
    private static readonly DateTimeOffset Cleared = DateTimeOffset.MinValue;

    public Task AddBatchAsync(Guid batch)
    {
        if (!_state.Batches.TryGetValue(batch, out var expires) || expires is not null)
        {
            _journal.EnsureRoom(1, 0);
            _state.SetBatch(batch, null);
        }

        return CommitAsync();
    }

    private async Task LookAfterBatchesAsync()
    {
        foreach (var chunk in _state.Batches.Keys.ToList().Chunk(BatchesAtOnce))
        {
            if (IsLost)
            {
                return;
            }

            await Task.WhenAll(chunk.Select(LookAfterBatchAsync)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await CommitAsync();
    }

    private async Task LookAfterBatchAsync(Guid batch)
    {
        if (!_state.Batches.TryGetValue(batch, out var expires))
        {
            return;
        }

        if (expires > Now)
        {
            return;
        }

        // What fails now is tried again at the next sweep.
        var grain = GrainFactory.Refer<IBatchEngine>(batch);
        var ended = expires == Cleared ? expires : await grain.ResumeAsync().WaitAsync(SweepPeriod, _pauses);
        if (!IsSame())
        {
            return;
        }

        if (ended is { } at && expires is null)
        {
            _state.SetBatch(batch, at == DateTimeOffset.MinValue ? Now : at + _options.Limits.BatchRetention);
        }
        else if (ended is not null)
        {
            await grain.ForgetAsync().WaitAsync(SweepPeriod, _pauses);
            if (IsSame())
            {
                _state.RemoveBatch(batch);
            }
        }
        else if (expires is not null)
        {
            // It was made under the id of one that was over, or is being made.
            _state.SetBatch(batch, null);
        }

        bool IsSame() => _state.Batches.TryGetValue(batch, out var present) && present == expires;
    }
}
