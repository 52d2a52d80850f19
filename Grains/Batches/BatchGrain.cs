using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Storage;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Records;

namespace OrleansTasks.Batches;

/// <summary>
/// One batch: has its runs stored, counts their ends, and has the run stored that follows. Each of these may be interrupted and is then gone on with by
/// whoever is told next; partitions see to it that somebody is.
/// </summary>
[GrainType("orleans-tasks.batch"), Reentrant]
internal sealed partial class BatchGrain(
    [FromKeyedServices(TaskStorage.Name)] IGrainStorage storage,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<BatchGrain> log) : Grain, IBatchGrain, IBatchEngine
{
    private const string StateName = "batch";
    private const int DispatchesAtOnce = 64;
    private const int CalledOffAtOnce = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrainState<BatchRecord> _record = new(new BatchRecord());
    private BatchState? _state;
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;
    private Task? _going;
    private int _creating;

    private Guid Id => this.GetPrimaryKey();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await storage.ReadStateAsync(StateName, RecordId, _record);
        _state = _record.RecordExists ? JsonSerializer.Deserialize<BatchState>(_record.State!.Batch, StoredJson.Options) : null;
        _record.State = null!;
        if (_state?.FinishedAt is not null)
        {
            _finished.TrySetResult();
        }
    }

    public async Task<BatchInfo> CreateAsync(BatchRequest request)
    {
        if (_state is null || _creating > 0)
        {
            var faults = request?.Faults(options.Value.Limits.MaxBatchItems, options.Value.Limits.MaxBatchArgumentsSize) ?? ["The request is missing."];
            if (faults.Count > 0)
            {
                throw new InvalidTaskException(null, faults);
            }

            _creating++;
            try
            {
                await StoreNewAsync(request!);
            }
            finally
            {
                _creating--;
            }
        }

        await TryGoOnAsync();
        return _state?.ToInfo(Id) ?? throw new PartitionMovedException($"The batch {Id} is moving to another activation.");
    }

    private async Task StoreNewAsync(BatchRequest request)
    {
        await CheckTasksAsync(request);
        await GrainFactory.Refer<IPartition>(PartitionMap.PartitionOf(Id.ToString("N"), options.Value.Partitions)).AddBatchAsync(Id).WaitAsync(CallPatience, pauses);
        _state ??= BatchState.Of(request, time.GetUtcNow(), TaskActor.Current);
        try
        {
            await WriteAsync();
        }
        catch
        {
            // No run of it is stored before the batch is.
            _state = null;
            throw;
        }
    }

    public Task<BatchInfo?> DescribeAsync()
    {
        LeaveIfUnknown();
        return Task.FromResult(_state?.ToInfo(Id));
    }

    public async Task<BatchInfo?> WaitAsync()
    {
        LeaveIfUnknown();
        if (_state is { FinishedAt: null })
        {
            await _finished.Task.WaitAsync(Patience, pauses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return _state?.ToInfo(Id);
    }

    public async Task<bool> CancelAsync()
    {
        LeaveIfUnknown();
        if (_state is null or { AllEnded: true, IsCancelled: false })
        {
            return false;
        }

        _state = _state.Cancel(time.GetUtcNow(), TaskActor.Current);
        if (_state.FinishedAt is null)
        {
            // What is stored is carried out in any case, and not waited for very long: it may be many runs.
            await WriteAsync();
            await CarryOutAsync().WaitAsync(CancelPatience, pauses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return true;
    }

    public async Task ReportAsync(int index, RunStatus status)
    {
        if (_state is null)
        {
            // It was removed, and this is the end of a run that took longer than it was kept.
            LeaveIfUnknown();
            return;
        }

        _state = _state.With(index, status);
        await WriteAsync();
        if (_state is { AllEnded: true })
        {
            await TryGoOnAsync();
        }
    }

    public async Task<DateTimeOffset?> ResumeAsync()
    {
        if (_creating > 0)
        {
            return null;
        }

        if (_state is null)
        {
            LeaveIfUnknown();
            return DateTimeOffset.MinValue;
        }

        await GoOnAsync();
        return _state?.FinishedAt;
    }

    public async Task ForgetAsync()
    {
        if (_creating > 0)
        {
            return;
        }

        if (_record.RecordExists)
        {
            await storage.ClearStateAsync(StateName, RecordId, _record);
        }

        _state = null;
        DeactivateOnIdle();
    }

    private GrainId RecordId => GrainId.Create("ot-batch", $"b-{Id:N}");

    private void LeaveIfUnknown()
    {
        if (_state is null)
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>All or nothing: what is known to be refused is refused before anything is stored.</summary>
    private async Task CheckTasksAsync(BatchRequest request)
    {
        foreach (var chunk in request.Items.Select(i => i.Task).Distinct(StringComparer.Ordinal).Chunk(DispatchesAtOnce))
        {
            var tasks = await Task.WhenAll(chunk.Select(t => GrainFactory.Refer<ITaskGrain>(t).DescribeAsync().WaitAsync(CallPatience, pauses)));
            if (tasks.FirstOrDefault(t => t.State == TaskState.Cancelled) is { } cancelled)
            {
                throw new TaskCancelledException(cancelled.Name);
            }
        }
    }

    /// <summary>Does what is left to do, as far as it can be done now: what is stored is gone on with by the batch's partition.</summary>
    private async Task TryGoOnAsync()
    {
        try
        {
            await GoOnAsync();
        }
        catch (Exception e) when (_state is not null)
        {
            LogInterrupted(log, Id, e.Message);
        }
    }

    /// <summary>Does what is left to do. Those who ask meanwhile wait for the same.</summary>
    private Task GoOnAsync()
    {
        return _going is { IsCompleted: false } ? _going : _going = DoAsync();

        async Task DoAsync()
        {
            await DispatchAllAsync();
            await CallOffAllAsync();
            if (_state is { AllEnded: true, FinishedAt: null })
            {
                await FinishAsync();
            }
        }
    }

    private async Task DispatchAllAsync()
    {
        if (_state is not { Items: { } items, IsCancelled: false })
        {
            return;
        }

        // One task that is out of reach does not hold the others up.
        var failures = new List<Exception>();
        foreach (var chunk in items.Select((item, index) => (item, index)).Where(i => !_state.HasEnded(i.index)).Chunk(DispatchesAtOnce))
        {
            if (_state is not { IsCancelled: false })
            {
                return;
            }

            var dispatched = Task.WhenAll(chunk.Select(i => DispatchAsync(i.item, i.index)));
            await dispatched.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            failures.AddRange(dispatched.Exception?.InnerExceptions ?? []);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures.Take(BatchState.MaxErrors));
        }

        if (_state is not null)
        {
            _state = _state.WithoutItems();
            await WriteAsync();
        }
    }

    private async Task CarryOutAsync()
    {
        // What goes on may have passed the point at which it would have seen that.
        await (_going ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await TryGoOnAsync();
    }

    /// <summary>Carries out that the batch is cancelled, which is stored first: partitions are told, from where on none of its runs starts, then tasks, which end them. Repeated until all have ended.</summary>
    private async Task CallOffAllAsync()
    {
        if (_state is not { IsCancelled: true, AllEnded: false })
        {
            return;
        }

        await WriteAsync();
        var off = new BatchCallOff(GrainFactory, options.Value.Partitions, pauses);
        var failures = new List<Exception>();
        foreach (var chunk in Enumerable.Range(0, _state.Total).Where(n => _state?.HasEnded(n) == false).Chunk(CalledOffAtOnce))
        {
            var (free, stored) = await off.InPartitionsAsync(Id, chunk, n => _state?.TaskOf(n), failures);
            foreach (var index in free)
            {
                // No partition has stored it, and none will. The others count when their tasks have ended them.
                _state = _state?.With(index, RunStatus.Cancelled);
            }

            await off.InTasksAsync(stored, failures);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures.Take(BatchState.MaxErrors));
        }

        if (_state is not null)
        {
            _state = _state.WithoutItems();
            await WriteAsync();
        }
    }

    private async Task DispatchAsync(BatchItem item, int index)
    {
        // The same run has the same id each time, and one that is stored already is not stored again.
        var request = new DispatchRequest { Id = Followers.IdOf(Id.ToString("N"), index), Repeated = true, Arguments = item.Arguments, Options = item.Options, Batch = new BatchMember(Id, index) };
        try
        {
            using (TaskActor.As(_state?.RequestedBy))
            {
                await GrainFactory.Refer<ITaskGrain>(item.Task).DispatchAsync(request).WaitAsync(CallPatience, pauses);
            }
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogRefused(log, Id, index, item.Task, e.Message);
            _state = _state?.With(index, RunStatus.Failed, $"Items[{index}]: {e.Message}");
        }
    }

    private async Task FinishAsync()
    {
        var finished = _state!;
        RunId? followed = null;
        if (finished.IsFollowed)
        {
            var then = finished.Then!;
            var request = Followers.OfBatch(Id, then, (finished with { FinishedAt = time.GetUtcNow() }).ToInfo(Id));
            try
            {
                using (TaskActor.As(finished.RequestedBy))
                {
                    followed = await GrainFactory.Refer<ITaskGrain>(then.Task).DispatchAsync(request).WaitAsync(CallPatience, pauses);
                }
            }
            catch (Exception e) when (Failures.IsPermanent(e))
            {
                LogNotFollowed(log, Id, then.Task, e.Message);
            }
        }

        if (_state is not null)
        {
            _state = _state with { FinishedAt = time.GetUtcNow(), Followed = followed };
            await WriteAsync();
        }

        _finished.TrySetResult();
    }

    /// <summary>Stores the state, together with what changes until the write begins.</summary>
    private Task WriteAsync()
    {
        return _nextWrite ??= WriteNextAsync();

        async Task WriteNextAsync()
        {
            // Always in a later turn: those who come until then share it.
            await Task.Yield();
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            _nextWrite = null;
            if (_state is not null)
            {
                await (_writing = StoreAsync(_state));
            }
        }
    }

    private async Task StoreAsync(BatchState state)
    {
        try
        {
            _record.State = new BatchRecord { Batch = JsonSerializer.Serialize(state, StoredJson.Options) };
            await storage.WriteStateAsync(StateName, RecordId, _record);
        }
        catch
        {
            // What is in memory may not be what is stored: the next activation reads that.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _record.State = null!;
        }
    }

    [LoggerMessage(601, LogLevel.Warning, "Batch {Batch}: run {Index}, of the task '{Task}', is refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, Guid batch, int index, string task, string reason);

    [LoggerMessage(603, LogLevel.Warning, "Batch {Batch} was interrupted, and goes on within a minute: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, Guid batch, string reason);

    [LoggerMessage(602, LogLevel.Warning, "Batch {Batch} is not followed by {Task}: {Reason}")]
    private static partial void LogNotFollowed(ILogger logger, Guid batch, string task, string reason);
}
