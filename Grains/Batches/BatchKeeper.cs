using System.Text.Json;
using Orleans.Storage;
using OrleansTasks.Records;
using OrleansTasks.Storage;

namespace OrleansTasks.Batches;

/// <summary>
/// What is stored of a batch, and what is to be. Who changes it waits for a write; changes that come together share one. After a write that failed nobody knows what is stored: the
/// batch is given up here, nothing is acknowledged any more, and the next activation reads what there is.
/// </summary>
/// <param name="storage">Where it is stored.</param>
/// <param name="batch">The batch's id.</param>
/// <param name="leave">Has the grain leave memory.</param>
internal sealed class BatchKeeper(IGrainStorage storage, Guid batch, Action leave)
{
    private const string StateName = "batch";
    private readonly GrainId _id = GrainId.Create("ot-batch", $"b-{batch:N}");
    private readonly GrainState<BatchRecord> _record = new(new BatchRecord());

    // Whoever waits for it is on a turn of the grain, as is who ends it.
    private readonly TaskCompletionSource _over = new();
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;
    private long _number;
    private bool _isLost;

    /// <summary>The batch as it is here; null if there is none, or it was given up.</summary>
    public BatchState? State { get; private set; }

    /// <summary>The batch as it is known to be stored; null if it is not.</summary>
    public BatchState? Stored { get; private set; }

    /// <summary>Where it is.</summary>
    public BatchPhase Phase => BatchLifecycle.Of(State);

    /// <summary>Ends when the end of the batch is stored, or nothing more is found out here.</summary>
    public Task Over => _over.Task;

    /// <summary>Is told when storage has forgotten what was written here, and it is about to be written again.</summary>
    public Action OnWentBack { get; init; } = static () => { };

    public async Task ReadAsync()
    {
        await AskAsync(_record);
        _number = _record.RecordExists ? _record.State!.Number : 0;
        Take(_record.RecordExists ? JsonSerializer.Deserialize<BatchState>(_record.State!.Batch, StoredJson.Options) : null);
        State = Stored;

        // It is not needed besides, and may be large.
        _record.State = null!;
    }

    /// <summary>Looks whether another activation has stored the batch since this one has read that there is none.</summary>
    /// <exception cref="PartitionMovedException">It has: the next activation reads it.</exception>
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

    /// <summary>Changes the batch here; to be written.</summary>
    public void Set(BatchState state) => State = state;

    /// <summary>Changes the batch here, if there is one; to be written.</summary>
    public void Change(Func<BatchState, BatchState> change) => State = State is { } state ? change(state) : null;

    /// <summary>Stores the batch as it is here, together with what changes until the write begins.</summary>
    /// <exception cref="PartitionMovedException">It could not be stored, or that is not known.</exception>
    public Task WriteAsync()
    {
        EnsureHas();
        return ReferenceEquals(State, Stored) ? Task.CompletedTask : _nextWrite ??= WriteNextAsync();
    }

    /// <summary>Looks whether storage still has what was written here, and writes it again if not.</summary>
    /// <exception cref="PartitionMovedException">It could not be stored, or that is not known.</exception>
    public async Task VerifyAsync()
    {
        EnsureHas();
        if (_writing.IsCompleted && _nextWrite is null && Stored is { } stored && ReferenceEquals(State, stored))
        {
            await (_writing = VerifyAsync(stored));
        }
    }

    /// <summary>Removes what is stored.</summary>
    /// <exception cref="PartitionMovedException">It could not be removed, or that is not known.</exception>
    public async Task ClearAsync()
    {
        EnsureHas();
        State = null;
        var before = _writing;
        await (_writing = StoreAfterAsync(before, () => _record.RecordExists ? storage.ClearStateAsync(StateName, _id, _record) : Task.CompletedTask, null));
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
            // Storage does not answer now; what was written is still known here.
            return;
        }

        if (isForgotten)
        {
            await StoreAfterAsync(Task.CompletedTask, () => WriteAsync(stored), stored);
        }
    }

    private async Task WriteNextAsync()
    {
        // Always in a later turn: those who come until then share it.
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
            // Another activation has written it; or storage was replaced by an older copy of itself.
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

    /// <summary>Whether what is stored is older than what was written here; then the next write replaces it.</summary>
    private async Task<bool> IsForgottenAsync()
    {
        var found = new GrainState<BatchRecord>(new BatchRecord());
        await AskAsync(found);
        if (_number == 0 || (found.RecordExists && (found.State!.Number == 0 || found.State.Number >= _number)))
        {
            // Another activation has written it; one of an earlier version counts nothing.
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
    private Task AskAsync(GrainState<BatchRecord> record) => StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, _id, record), $"batch {batch}");

    private PartitionMovedException Moved(string reason) => new($"The batch {batch} is moving to another activation: {reason}");
}
