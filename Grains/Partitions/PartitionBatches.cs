using OrleansTasks.Calls;
using OrleansTasks.Grains;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Manages batches: resumes interrupted ones, and forgets them after their retention.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="patience">How long to wait for an answer of a batch.</param>
internal sealed class PartitionBatches(PartitionContext context, TimeSpan patience) : PartitionPart(context)
{
    private const int AtOnce = 32;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    // The batches whose records were missing at the last check. An activation that read too early may have reported it.
    private readonly HashSet<Guid> _missing = [];
    private Task _looking = Task.CompletedTask;

    /// <summary>Gets the expiry of a batch whose runs were removed. Nothing that it waits for will arrive.</summary>
    public static DateTimeOffset Cleared => DateTimeOffset.MinValue;

    /// <summary>Records that the partition is responsible for a batch.</summary>
    public Task AddAsync(Guid batch)
    {
        var isKnown = State.Batches.TryGet(batch, out var expires);
        if (!isKnown || expires is not null)
        {
            Keeper.EnsureRoom(1, 0);
            EnsureRoom(isKnown);
            State.Batches.Keep(batch, new BatchEntry());
        }

        return CommitAsync();
    }

    /// <summary>Returns whether the record of a batch must exist.</summary>
    public bool IsExpected(Guid batch) => State.Batches.Find(batch)?.IsExpectedAt(Now) == true;

    /// <summary>Records that the record of a batch is stored. If it is missing from now on, it was lost.</summary>
    public Task NoteMadeAsync(Guid batch)
    {
        Keep(batch);
        return CommitAsync();
    }

    private void Keep(Guid batch)
    {
        _missing.Remove(batch);
        if (State.Batches.Find(batch) is { Made: false } entry)
        {
            State.Batches.Keep(batch, entry with { Made = true });
        }
    }

    /// <summary>
    /// Handles a batch whose record is missing although it must exist. It is remembered for a while, so that callers who ask for it learn
    /// this.
    /// </summary>
    private void TakeMissing(Guid batch)
    {
        if (_missing.Add(batch))
        {
            return;
        }

        _missing.Remove(batch);
        State.Batches.Set(batch, Now + Silo.Options.Limits.BatchRetention);
        LogBatchLost(Silo.Log, batch, Number);
        Teller.Tell(
            TaskEventKind.StorageLost,
            $"Batch {batch}: its record is missing from storage. Its runs continue, but they are no longer counted and no run follows the "
                + $"batch. Restore the record (grain type 'ot-batch', key 'b-{batch:N}') and ask for the batch, or do nothing to accept "
                    + "the loss.");
    }

    private void EnsureRoom(bool isKnown)
    {
        var count = State.Batches.Count;
        if (isKnown || count < Silo.Options.Limits.MaxBatchesPerPartition)
        {
            return;
        }

        // Some may have expired.
        Look();
        throw new TasksOverloadedException(
            null, $"Partition {Number} has {count} batches, which is its limit (TasksOptions.Limits.MaxBatchesPerPartition). An ended "
                + "batch is forgotten after BatchRetention. Try again later, or raise the limit.", RetryAfter);
    }

    /// <summary>Checks all batches, unless a check is in progress.</summary>
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

            await Task.WhenAll(chunk.Select(LookAtAsync))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await CommitAsync();
    }

    private async Task LookAtAsync(Guid batch)
    {
        if (!State.Batches.TryGet(batch, out var expires) || expires > Now)
        {
            return;
        }

        // A failure is retried at the next sweep.
        var grain = Silo.Grains.Refer<IBatchEngine>(batch);
        var ended = expires == Cleared ? expires : await grain.ResumeAsync().WaitAsync(patience, Silo.Pauses);
        if (!IsSame())
        {
            return;
        }

        if (ended > DateTimeOffset.MinValue)
        {
            Keep(batch);
        }

        if (ended == DateTimeOffset.MinValue && expires is null && IsExpected(batch))
        {
            TakeMissing(batch);
        }
        else if (ended is { } at && (expires is null || IsKept(at, expires)))
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
            // It was created under the id of an expired one, or is being created.
            State.Batches.Keep(batch, new BatchEntry());
        }

        // The batch was unknown at the last check, and its record was stored late. Its retention starts at its end.
        bool IsKept(DateTimeOffset at, DateTimeOffset? over) =>
            over != Cleared && at <= Now && Now - at < Silo.Options.Limits.BatchRetention;

        bool IsSame() => State.Batches.TryGet(batch, out var present) && present == expires;
    }
}
