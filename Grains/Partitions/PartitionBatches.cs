using OrleansTasks.Calls;
using OrleansTasks.Grains;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Batches: somebody must have them go on that were interrupted, and forget them when their time is over.</summary>
/// <param name="context">What all parts of the partition share.</param>
/// <param name="patience">How long an answer of a batch is waited for.</param>
internal sealed class PartitionBatches(PartitionContext context, TimeSpan patience) : PartitionPart(context)
{
    private const int AtOnce = 32;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    // Batches whose records were not there when they were looked at last: an activation that had read too early may have said so.
    private readonly HashSet<Guid> _missing = [];
    private Task _looking = Task.CompletedTask;

    /// <summary>When a batch expires whose runs were removed: whatever it waits for will not come.</summary>
    public static DateTimeOffset Cleared => DateTimeOffset.MinValue;

    /// <summary>Notes that a batch is to be looked after.</summary>
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

    /// <summary>Whether the record of a batch is to be there.</summary>
    public bool IsExpected(Guid batch) => State.Batches.Find(batch)?.IsExpectedAt(Now) == true;

    /// <summary>Notes that the record of a batch is stored: if it is missing from now on, it was lost.</summary>
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

    /// <summary>Takes that a batch has no record that was to have one. It is remembered for a while: who asks for it is told so.</summary>
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

        // Some may be over.
        Look();
        throw new TasksOverloadedException(
            null, $"Partition {Number} has {count} batches, which is its limit (TasksOptions.Limits.MaxBatchesPerPartition). An ended "
                + "batch is forgotten after BatchRetention.", RetryAfter);
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
            // It was made under the id of one that was over, or is being made.
            State.Batches.Keep(batch, new BatchEntry());
        }

        // It was not known when it was looked at before, and its record came late: its time begins with its end.
        bool IsKept(DateTimeOffset at, DateTimeOffset? over) => over != Cleared && at <= Now && Now - at < Silo.Options.Limits.BatchRetention;

        bool IsSame() => State.Batches.TryGet(batch, out var present) && present == expires;
    }
}
