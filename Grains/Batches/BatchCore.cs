using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;
using static OrleansTasks.Batches.BatchLog;

namespace OrleansTasks.Batches;

/// <summary>
/// Composes one batch from its parts. It does not need Orleans: the owner provides turns, and calls to others go through the given
/// services.
/// </summary>
internal sealed class BatchCore
{
    // A stored cancellation is carried out in any case. The wait for it is limited, as there may be many runs.
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitPatience = TimeSpan.FromSeconds(15);

    // The caller that waits for the batch asks each of them repeatedly.
    private const int MostTasks = 32;
    private readonly BatchServices _silo;
    private readonly Guid _id;
    private readonly Action _leave;
    private readonly BatchKeeper _keeper;
    private readonly BatchDispatcher _dispatcher;
    private readonly BatchSteps _steps;
    private Task? _making;
    private long? _madeAt;
    private Task _noting = Task.CompletedTask;
    private bool _isNoted;

    /// <param name="silo">The services that all batches on the silo share.</param>
    /// <param name="id">The batch's id.</param>
    /// <param name="leave">Deactivates the grain once it is idle.</param>
    public BatchCore(BatchServices silo, Guid id, Action leave)
    {
        (_silo, _id, _leave) = (silo, id, leave);
        _keeper = new BatchKeeper(silo.Storage, id, leave) { OnWentBack = () => LogWentBack(silo.Log, id) };
        _dispatcher = new BatchDispatcher(silo, id);
        _steps = new BatchSteps(silo, id, _keeper, _dispatcher);
    }

    private BatchPhase Phase => IsMaking ? BatchPhase.Making : _keeper.Phase;

    /// <summary>Gets the partition that is responsible for the batch.</summary>
    private int Partition => PartitionMap.PartitionOf(_id.ToString("N"), _silo.Options.Partitions);

    private bool IsMaking => _making is { IsCompleted: false };

    public async Task OpenAsync()
    {
        await _keeper.ReadAsync();
        _steps.TakeUp();
    }

    /// <summary>Stores the batch, and gives its runs to their tasks. Repeating the call adds nothing.</summary>
    public async Task<BatchInfo> CreateAsync(BatchRequest request)
    {
        _keeper.EnsureHas();
        if (Phase is BatchPhase.Unknown or BatchPhase.Making)
        {
            Check(request);
            await (IsMaking ? _making! : _making = MakeAsync(request));
        }

        await TryGoOnAsync();
        await _noting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return _keeper.Stored?.ToInfo(_id) ?? throw new PartitionMovedException($"The batch {_id} is moving to another activation. "
            + "Repeat the call.");
    }

    /// <summary>Returns the batch as it is stored; null if it does not exist.</summary>
    /// <exception cref="TaskStorageException">Its record is missing.</exception>
    public async Task<BatchInfo?> DescribeAsync()
    {
        await FindAsync(makes: false);
        return _keeper.Stored?.ToInfo(_id);
    }

    /// <summary>Waits for the end of the batch, up to a limit.</summary>
    /// <exception cref="TaskStorageException">Its record is missing.</exception>
    public async Task<BatchInfo?> WaitAsync()
    {
        await FindAsync(makes: false);
        if (_keeper.Stored is { FinishedAt: null })
        {
            await _keeper.Over.WaitAsync(WaitPatience, _silo.Pauses)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            _keeper.EnsureHas();
        }

        return _keeper.Stored?.ToInfo(_id);
    }

    /// <summary>Cancels the batch.</summary>
    /// <returns>Whether it is cancelled. The cancellation is stored then.</returns>
    /// <exception cref="TaskStorageException">Its record is missing.</exception>
    public async Task<bool> CancelAsync()
    {
        await FindAsync(makes: true);
        if (_keeper.State is null or { AllEnded: true, IsCancelled: false })
        {
            return false;
        }

        _keeper.Change(s => s.Cancel(_silo.Time.GetUtcNow(), TaskActor.Current));
        await _keeper.WriteAsync();
        if (_keeper.Phase == BatchPhase.Cancelling)
        {
            await CarryOutAsync().WaitAsync(CancelPatience, _silo.Pauses)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return true;
    }

    /// <summary>Records the outcome of a run of the batch. It is stored when the call returns.</summary>
    public async Task ReportAsync(int index, RunStatus status)
    {
        // A batch that does not exist was removed, and this is the end of a run that took longer than its retention.
        await SeekAsync(makes: true);
        _keeper.Change(s => s.With(index, status));
        await _keeper.WriteAsync();
        if (_keeper.Phase == BatchPhase.Finishing)
        {
            await TryGoOnAsync();
        }
    }

    /// <summary>Resumes what was interrupted.</summary>
    /// <returns>The instant at which the batch ended; null if it has not ended, or is being created. The minimum if the batch does not
    /// exist.</returns>
    public async Task<DateTimeOffset?> ResumeAsync()
    {
        await SeekAsync(makes: false);
        if (Phase is BatchPhase.Making or BatchPhase.Unknown)
        {
            return Phase == BatchPhase.Making ? null : DateTimeOffset.MinValue;
        }

        // If storage has lost a report, the batch would wait for it forever.
        await _keeper.VerifyAsync();
        NoteMade();
        await _steps.GoOnAsync();
        return _keeper.Stored?.FinishedAt;
    }

    /// <summary>Returns the tasks of the runs that have not ended; none if the batch does not exist.</summary>
    public async Task<IReadOnlyList<string>> PendingTasksAsync()
    {
        await SeekAsync(makes: false);
        return _keeper.State?.PendingTasks(MostTasks) ?? [];
    }

    /// <summary>Removes the batch.</summary>
    public async Task ForgetAsync()
    {
        await SeekAsync(makes: false);
        if (BatchLifecycle.Next(Phase, BatchEvent.Forget) is null)
        {
            return;
        }

        if (_madeAt is { } made && _silo.Pauses.GetElapsedTime(made) < CallTimes.Longest)
        {
            // The caller may have learned before the creation that the batch does not exist.
            throw new PartitionMovedException($"The batch {_id} was made just now. Repeat the call to remove it.");
        }

        await _keeper.ClearAsync();
        _leave();
    }

    private void Check(BatchRequest? request)
    {
        var limits = _silo.Options.Limits;
        IReadOnlyList<string> faults = request?.Faults(limits.MaxBatchItems, limits.MaxBatchArgumentsSize) ?? ["The request is missing."];
        if (faults.Count == 0)
        {
            faults = [.. request!.Items.SelectMany(i => HeaderLimits.Faults(i.Task, TaskHeaders.Of(i.Options?.Headers), limits)),
                .. request.Items.SelectMany(i => ContinuationLimits.Faults(i.Task, i.Options?.Then, limits)),
                .. ContinuationLimits.Faults(null, request.Then is { } then ? [then] : null, limits)];
        }

        if (faults.Count > 0)
        {
            throw new InvalidTaskException(null, faults);
        }
    }

    /// <summary>
    /// Creates the batch as a whole or not at all. No run is given to its task before the batch is stored, and no batch is stored without a
    /// responsible partition.
    /// </summary>
    private async Task MakeAsync(BatchRequest request)
    {
        await _dispatcher.CheckTasksAsync(request.Items);

        // A batch whose record was lost is not created again: some of its runs may have ended long ago.
        await EnsureNotLostAsync();
        await _silo.Runs.NoteBatchAsync(Partition, _id).WaitAsync(BatchDispatcher.Patience, _silo.Pauses);
        _keeper.Set(BatchState.Of(request, _silo.Time.GetUtcNow(), TaskActor.Current, TraceCarrier.Current));
        await _keeper.WriteAsync();
        _madeAt = _silo.Pauses.GetTimestamp();

        NoteMade();
    }

    /// <summary>Does as much of the remaining work as is possible now. The batch's partition resumes what is stored.</summary>
    private async Task TryGoOnAsync()
    {
        try
        {
            await _steps.GoOnAsync();
        }
        catch (Exception e)
        {
            LogInterrupted(_silo.Log, _id, e.Message);
        }
    }

    private async Task CarryOutAsync()
    {
        // The work in progress may have passed the point at which it would have seen the cancellation.
        await _steps.Going.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await TryGoOnAsync();
    }

    /// <summary>
    /// Tells the partition that the batch is stored. Only the creator of the batch waits for it, after the runs are given to their tasks.
    /// If it fails now, it happens when the partition next checks the batch.
    /// </summary>
    private void NoteMade()
    {
        if (!_isNoted && _noting.IsCompleted)
        {
            _noting = NoteAsync();
            _noting.Ignore();
        }

        async Task NoteAsync()
        {
            await _silo.Runs.MadeBatchAsync(Partition, _id).WaitAsync(BatchDispatcher.Patience, _silo.Pauses);
            _isNoted = true;
        }
    }

    /// <summary>Finds out whether the batch exists, or existed and its record is missing.</summary>
    /// <param name="makes">Whether to wait if the batch is being created here.</param>
    /// <exception cref="TaskStorageException">The batch existed.</exception>
    private async Task FindAsync(bool makes)
    {
        await SeekAsync(makes);
        if (Phase == BatchPhase.Unknown)
        {
            await EnsureNotLostAsync();
        }
    }

    private async Task EnsureNotLostAsync()
    {
        if (await _silo.Runs.ExpectsBatchAsync(Partition, _id).WaitAsync(BatchDispatcher.Patience, _silo.Pauses))
        {
            // It may have been created since this activation read storage.
            await _keeper.LookAgainAsync();
            throw new TaskStorageException(
                $"The record of batch {_id} is missing from storage, but the batch existed. The number of its ended runs is no longer "
                    + $"known. Its runs continue. Restore the record (grain type 'ot-batch', key 'b-{_id:N}') from a backup, or look at "
                        + "its runs.")
            { IsPermanent = true };
        }
    }

    /// <summary>
    /// Finds out whether the batch exists. If none is known here, another activation may have created it since this one read storage: on a
    /// silo that is considered dead and is still alive, or before the call that asks for it arrived here.
    /// </summary>
    /// <param name="makes">Whether to wait if the batch is being created here.</param>
    /// <exception cref="PartitionMovedException">The batch exists and this activation does not know it.</exception>
    private async Task SeekAsync(bool makes)
    {
        if (makes && IsMaking)
        {
            await _making!.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        _keeper.EnsureHas();
        if (Phase == BatchPhase.Unknown)
        {
            await _keeper.LookAgainAsync();
            if (Phase == BatchPhase.Unknown)
            {
                _leave();
            }
        }
    }
}
