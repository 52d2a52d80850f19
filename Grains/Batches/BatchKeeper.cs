using System.Text.Json;
using Orleans.Storage;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Batches;

/// <summary>
/// Keeps the stored and the present state of a batch. Changes wait for a write, and changes that arrive together share one. After a failed
/// write, it is unknown what is stored. The batch is then given up here, nothing more is acknowledged, and the next activation reads the
/// record.
/// </summary>
/// <param name="storage">The storage of batches.</param>
/// <param name="batch">The batch's id.</param>
/// <param name="leave">Deactivates the grain.</param>
internal sealed class BatchKeeper(IGrainStorage storage, Guid batch, Action leave)
{
    private const string StateName = "batch";
    private readonly GrainId _id = GrainId.Create("ot-batch", $"b-{batch:N}");
    private readonly GrainState<BatchRecord> _record = new(new BatchRecord());

    // Waiting callers are on a turn of the grain, and so is the code that completes it.
    private readonly TaskCompletionSource _over = new();
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;
    private long _number;
    private bool _isLost;

    /// <summary>Gets the batch in its present state; null if it does not exist, or was given up.</summary>
    public BatchState? State { get; private set; }

    /// <summary>Gets the batch as it is known to be stored; null if it is not.</summary>
    public BatchState? Stored { get; private set; }

    /// <summary>Gets the phase of the batch.</summary>
    public BatchPhase Phase => BatchLifecycle.Of(State);

    /// <summary>Gets the task that completes when the end of the batch is stored, or nothing more becomes known here.</summary>
    public Task Over => _over.Task;

    /// <summary>Gets the callback for storage that has lost what was written here. It is called before the next write.</summary>
    public Action OnWentBack { get; init; } = static () => { };

    public async Task ReadAsync()
    {
        await AskAsync(_record);
        _number = _record.RecordExists ? _record.State!.Number : 0;
        Take(_record.RecordExists ? JsonSerializer.Deserialize<BatchState>(_record.State!.Batch, StoredJson.Options) : null);
        State = Stored;

        // The record's content is not needed any more, and may be large.
        _record.State = null!;
    }

    /// <summary>Checks whether another activation has stored the batch since this one found none.</summary>
    /// <exception cref="PartitionMovedException">Another activation has stored it; the next activation reads it.</exception>
    public async Task LookAgainAsync()
    {
        var found = new GrainState<BatchRecord>(new BatchRecord());
        await AskAsync(found);
        EnsureHas();
        if (found.RecordExists && State is null)
        {
            GiveUp();
            throw Moved("another activation has made it");
        }
    }

    /// <exception cref="PartitionMovedException">The batch was given up here.</exception>
    public void EnsureHas()
    {
        if (_isLost)
        {
            throw Moved("it is read anew");
        }
    }

    /// <summary>Changes the batch in memory. The caller has to write it.</summary>
    public void Set(BatchState state) => State = state;

    /// <summary>Changes the batch in memory, if it exists. The caller has to write it.</summary>
    public void Change(Func<BatchState, BatchState> change) => State = State is { } state ? change(state) : null;

    /// <summary>Stores the present state of the batch, including changes until the write starts.</summary>
    /// <exception cref="PartitionMovedException">It could not be stored, or that is unknown.</exception>
    public Task WriteAsync()
    {
        EnsureHas();
        return ReferenceEquals(State, Stored) ? Task.CompletedTask : _nextWrite ??= WriteNextAsync();
    }

    /// <summary>Checks whether storage still has what was written here, and writes it again if it does not.</summary>
    /// <exception cref="PartitionMovedException">It could not be stored, or that is unknown.</exception>
    public async Task VerifyAsync()
    {
        EnsureHas();
        if (_writing.IsCompleted && _nextWrite is null && Stored is { } stored && ReferenceEquals(State, stored))
        {
            await (_writing = VerifyAsync(stored));
        }
    }

    /// <summary>Removes the stored batch.</summary>
    /// <exception cref="PartitionMovedException">It could not be removed, or that is unknown.</exception>
    public async Task ClearAsync()
    {
        EnsureHas();
        State = null;
        var before = _writing;
        await (_writing = StoreAfterAsync(before,
            () => _record.RecordExists ? storage.ClearStateAsync(StateName, _id, _record) : Task.CompletedTask, null));
    }

    private async Task VerifyAsync(BatchState stored)
    {
        bool isForgotten;
        try
        {
            isForgotten = await IsForgottenAsync();
        }
        catch (Exception)
        {
            // Storage does not answer now. What was written is still known here.
            return;
        }

        if (isForgotten)
        {
            await StoreAfterAsync(Task.CompletedTask, () => WriteAsync(stored), stored);
        }
    }

    private async Task WriteNextAsync()
    {
        // Always in a later turn, so that changes until then share the write.
        await Task.Yield();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _nextWrite = null;
        EnsureHas();
        if (State is { } state)
        {
            await (_writing = StoreAfterAsync(Task.CompletedTask, () => WriteAsync(state), state));
        }
    }

    private async Task WriteAsync(BatchState state)
    {
        try
        {
            await WriteOnceAsync(state);
        }
        catch (InconsistentStateException)
        {
            // Either another activation has written it, or storage was replaced by an older copy of itself.
            if (!await IsForgottenAsync())
            {
                throw;
            }

            await WriteOnceAsync(state);
        }

        _number++;
    }

    private Task WriteOnceAsync(BatchState state)
    {
        _record.State = new BatchRecord { Number = _number + 1, Batch = JsonSerializer.Serialize(state, StoredJson.Options) };
        return storage.WriteStateAsync(StateName, _id, _record);
    }

    /// <summary>Returns whether the stored batch is older than what was written here. If so, the next write replaces it.</summary>
    private async Task<bool> IsForgottenAsync()
    {
        var found = new GrainState<BatchRecord>(new BatchRecord());
        await AskAsync(found);
        if (_number == 0 || (found.RecordExists && (found.State!.Number == 0 || found.State.Number >= _number)))
        {
            // Another activation has written it. Records of earlier versions have no number.
            return false;
        }

        (_record.ETag, _record.RecordExists) = (found.ETag, found.RecordExists);
        OnWentBack();
        return true;
    }

    private async Task StoreAfterAsync(Task before, Func<Task> store, BatchState? state)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        EnsureHas();
        try
        {
            await store();
            Take(state);
        }
        catch (Exception e)
        {
            GiveUp();
            throw new PartitionMovedException(Moved(e.Message).Message) { StorageFails = e is not InconsistentStateException };
        }
        finally
        {
            _record.State = null!;
        }
    }

    private void GiveUp()
    {
        _isLost = true;
        State = null;
        _over.TrySetResult();
        leave();
    }

    private void Take(BatchState? stored)
    {
        Stored = stored;
        if (stored is { FinishedAt: not null })
        {
            _over.TrySetResult();
        }
    }

    /// <exception cref="PartitionMovedException">Storage does not answer now.</exception>
    private Task AskAsync(GrainState<BatchRecord> record) =>
        StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, _id, record), $"batch {batch}");

    private PartitionMovedException Moved(string reason) => new($"The batch {batch} is moving to another activation: {reason}. Repeat "
        + "the call.");
}
