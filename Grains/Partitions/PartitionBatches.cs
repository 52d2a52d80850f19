using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Partitions;

/// <summary>Batches: somebody must have them go on that were interrupted, and forget them when their time is over.</summary>
/// <param name="context">What all parts of the partition share.</param>
/// <param name="patience">How long an answer of a batch is waited for.</param>
internal sealed class PartitionBatches(PartitionContext context, TimeSpan patience) : PartitionPart(context)
{
    private const int AtOnce = 32;
    private Task _looking = Task.CompletedTask;

    /// <summary>When a batch expires whose runs were removed: whatever it waits for will not come.</summary>
    public static DateTimeOffset Cleared => DateTimeOffset.MinValue;

    /// <summary>Notes that a batch is to be looked after.</summary>
    public Task AddAsync(Guid batch)
    {
        if (!State.Batches.TryGet(batch, out var expires) || expires is not null)
        {
            Keeper.EnsureRoom(1, 0);
            State.Batches.Set(batch, null);
        }

        return CommitAsync();
    }

    /// <summary>Looks after all of them, unless that is being done.</summary>
    public void Look()
    {
        if (_looking.IsCompleted)
        {
            _looking = LookAsync();
        }
    }

    private async Task LookAsync()
    {
        foreach (var chunk in State.Batches.All.Chunk(AtOnce))
        {
            if (Keeper.IsLost)
            {
                return;
            }

            await Task.WhenAll(chunk.Select(LookAtAsync)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await CommitAsync();
    }

    private async Task LookAtAsync(Guid batch)
    {
        if (!State.Batches.TryGet(batch, out var expires) || expires > Now)
        {
            return;
        }

        // What fails now is tried again at the next sweep.
        var grain = Silo.Grains.Refer<IBatchEngine>(batch);
        var ended = expires == Cleared ? expires : await grain.ResumeAsync().WaitAsync(patience, Silo.Pauses);
        if (!IsSame())
        {
            return;
        }

        if (ended is { } at && expires is null)
        {
            State.Batches.Set(batch, at == DateTimeOffset.MinValue ? Now : at + Silo.Options.Limits.BatchRetention);
        }
        else if (ended is not null)
        {
            await grain.ForgetAsync().WaitAsync(patience, Silo.Pauses);
            if (IsSame())
            {
                State.Batches.Remove(batch);
            }
        }
        else if (expires is not null)
        {
            // It was made under the id of one that was over, or is being made.
            State.Batches.Set(batch, null);
        }

        bool IsSame() => State.Batches.TryGet(batch, out var present) && present == expires;
    }
}
