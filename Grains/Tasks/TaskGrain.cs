using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>One task: everything about it that must be decided in one place. Parts: runs, their start and end, schedule, questions.</summary>
[GrainType(Type), Reentrant]
internal sealed partial class TaskGrain : Grain, ITaskGrain, ITaskEngine, IRunObserver
{
    public const string Type = "orleans-tasks.task";
    private static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HandOverPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromSeconds(5);
    private readonly RunExecutor _executor;
    private readonly RunnerClient _runners;
    private readonly ClusterView _cluster;
    private readonly HandlerCatalog _handlers;
    private readonly ResultPublisher _publisher;
    private readonly HistoryStore _historyStore;
    private readonly LocalTasks _locals;
    private readonly TasksOptions _options;
    private readonly TimeProvider _time;
    private readonly TimeProvider _pauses;
    private readonly ILogger<TaskGrain> _log;
    private readonly SequenceNumbers _sequence = new();
    private readonly Guid _activation = Guid.NewGuid();
    private TaskHistory _history = null!;
    private IPartition _partition = null!;
    private TaskScheduler _scheduler = null!;
    private IGrainTimer? _housekeeping;
    private string _name = null!;

    private TaskEntry? _entry;
    private bool _started;
    private bool _hasMore;
    private bool _cancelling;
    private bool _deactivating;
    private long _epoch;
    private Task? _attaching;

    public TaskGrain(
        RunExecutor executor,
        RunnerClient runners,
        ClusterView cluster,
        HandlerCatalog handlers,
        ResultPublisher publisher,
        HistoryStore historyStore,
        LocalTasks locals,
        IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
        ILogger<TaskGrain> log)
    {
        _executor = executor;
        _runners = runners;
        _cluster = cluster;
        _handlers = handlers;
        _publisher = publisher;
        _historyStore = historyStore;
        _locals = locals;
        _options = options.Value;
        _flushPeriod = _options.HistoryFlushPeriod;
        _time = time;
        _pauses = pauses;
        _log = log;
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private bool IsAttached => _epoch != 0;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _name = this.GetPrimaryKeyString();
        TaskNames.Check(_name);
        _history = new TaskHistory(_name, _historyStore, _log);
        _partition = GrainFactory.GetGrain<IPartition>(PartitionMap.PartitionOf(_name, _options.Partitions));
        _scheduler = TaskScheduler.Current;
        _locals.Add(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _deactivating = true;
        _listening?.Dispose();
        _locals.Remove(this);

        // A stopping silo has handed its tasks over before, while their partitions and storage still answered.
        return reason.ReasonCode == DeactivationReasonCode.ShuttingDown ? Task.CompletedTask : DetachAsync(cancellationToken);
    }

    /// <summary>Stores what is not stored yet and detaches, from any thread.</summary>
    public Task HandOverAsync() =>
        Task.Factory.StartNew(() => DetachAsync(CancellationToken.None), CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();

    private async Task DetachAsync(CancellationToken ct)
    {
        if (!IsAttached)
        {
            return;
        }

        try
        {
            await FlushHistoryAsync().WaitAsync(HandOverPatience, _pauses, ct);
            if (_runs.Count == 0)
            {
                await _partition.DetachAsync(_name, _epoch, _sequence.Last).WaitAsync(HandOverPatience, _pauses, ct);
            }
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e) || e is TaskException or OperationCanceledException)
        {
            // Whoever attaches next finds out what was left behind, from the partition and from the runners.
            LogNotDetached(_log, _name, e.Message);
        }
    }

    public async Task WakeAsync()
    {
        await AttachAsync();
        if (_entry is null && _runs.Count == 0)
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>Asks the partition what there is to know. Calls that come together share one question.</summary>
    private Task AttachAsync()
    {
        // A question under way may have been answered before what this caller wants to know had happened.
        return _attaching = AfterAsync(_attaching);

        async Task AfterAsync(Task? before)
        {
            if (before is { IsCompleted: false })
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            await AskPartitionAsync();
        }
    }

    private async ValueTask EnsureAttachedAsync()
    {
        if (!IsAttached || _entry is null)
        {
            await AttachAsync();
        }
    }

    private async Task AskPartitionAsync()
    {
        var briefing = await _partition.AttachAsync(_name, _activation, _cluster.Local);
        var first = _epoch == 0;
        var changed = _entry is not null && _entry.Revision != briefing.Entry?.Revision;
        _epoch = briefing.Epoch;
        _entry = briefing.Entry;
        _started = briefing.Started;
        _hasMore = briefing.HasMore;
        _sequence.StartAfter(first ? briefing.Sequence : 0);
        if (briefing.MayHaveOrphans)
        {
            await AdoptOrphansAsync();
        }

        foreach (var run in briefing.Runs)
        {
            Accept(run);
        }

        if (_entry is null or { State: TaskState.Cancelled })
        {
            // Not waited for: it asks the partition too, and may have to attach again for that.
            CancelRunsAsync(null).Ignore();
        }

        PlanOccurrences(briefing, changed);
        StartWaiting();
    }

    /// <summary>Calls the partition with this attachment; attaches anew when it is out of date.</summary>
    private async Task<T> OnPartitionAsync<T>(Func<IPartition, long, Task<T>> call)
    {
        if (!IsAttached)
        {
            await AttachAsync();
        }

        try
        {
            return await call(_partition, _epoch);
        }
        catch (StaleTaskException)
        {
            await AttachAsync();
            return await call(_partition, _epoch);
        }
    }

    private Task OnPartitionAsync(Func<IPartition, long, Task> call) => OnPartitionAsync(async (p, epoch) =>
    {
        await call(p, epoch);
        return true;
    });

    /// <summary>Has something done on this grain's turns, from any thread.</summary>
    private void Post(Func<Task> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap().Ignore();

    [LoggerMessage(311, LogLevel.Debug, "The task grain of {Task} could not detach: {Reason}")]
    private static partial void LogNotDetached(ILogger logger, string task, string reason);
}
