using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>One task: everything about it that must be decided in one place. Parts: runs, their start and end, schedule, questions.</summary>
/// <remarks>
/// It does not stay for Orleans' quarter of an hour when it is idle, and leaves at once what is stored when it was woken for an occurrence and nobody else asks for it: of a
/// million tasks that fire once an hour, few are in memory at a time. One that fires at least once a minute stays awake anyway.
/// </remarks>
[GrainType(Type), Reentrant, CollectionAgeLimit(Minutes = IdleMinutes)]
internal sealed partial class TaskGrain : Grain, ITaskGrain, ITaskPages, ITaskEngine, IRunObserver
{
    public const string Type = "orleans-tasks.task";
    private const int IdleMinutes = 2;
    private static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // A call that is sent to a silo the moment it is found dead may never be answered, nor be said to have failed. What is asked of a
    // partition may be asked again.
    internal static readonly TimeSpan PartitionPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromSeconds(5);
    private readonly RunExecutor _executor;
    private readonly RunnerClient _runners;
    private readonly ClusterView _cluster;
    private readonly HandlerCatalog _handlers;
    private readonly HandlerShapes _shapes;
    private readonly ResultPublisher _publisher;
    private readonly EventPublisher _events;
    private readonly HistoryStore _historyStore;
    private readonly LedgerStore _ledgerStore;
    private readonly OutcomeReporter _reporter;
    private readonly Departures _departures;
    private readonly OccurrenceClaims _claims;
    private readonly FlushPace _pace;
    private readonly LocalGrains _locals;
    private readonly StartGate _gate;
    private readonly TasksOptions _options;
    private readonly TimeProvider _time;
    private readonly GrainClock _clock;
    private readonly TimeProvider _pauses;
    private readonly ILogger<TaskGrain> _log;
    private readonly SequenceNumbers _sequence = new();
    private readonly Guid _activation = Guid.NewGuid();
    private TaskHistory _history = null!;
    private LedgerKeeper _ledger = null!;
    private IPartition _partition = null!;
    private TaskScheduler _scheduler = null!;
    private IGrainTimer? _housekeeping;
    private string _name = null!;

    private TaskEntry? _entry;
    private bool _started;
    private bool _hasMore;
    private bool _cancelling;

    // Whether anybody but its schedule has had to do with it since it was activated.
    private bool _isAsked;
    private bool _inDoubt;

    // Whether the first briefing has been acted upon: runs that were under way are known since then.
    private bool _briefed;
    private bool _hasOrphans;
    private Guid _registry;
    private long _epoch;
    private long _briefing;
    private Task? _attaching;
    private Task? _attachingNext;
    private Task<Briefing>? _asking;

    public TaskGrain(
        RunExecutor executor,
        RunnerClient runners,
        ClusterView cluster,
        HandlerCatalog handlers,
        HandlerShapes shapes,
        ResultPublisher publisher,
        EventPublisher events,
        HistoryStore historyStore,
        LedgerStore ledgerStore,
        OutcomeReporter reporter,
        Departures departures,
        OccurrenceClaims claims,
        FlushPace pace,
        LocalGrains locals,
        StartGate gate,
        IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
        ILogger<TaskGrain> log)
    {
        _executor = executor;
        _runners = runners;
        _cluster = cluster;
        _handlers = handlers;
        _shapes = shapes;
        _publisher = publisher;
        _events = events;
        _historyStore = historyStore;
        _ledgerStore = ledgerStore;
        _reporter = reporter;
        _departures = departures;
        _claims = claims;
        _pace = pace;
        _locals = locals;
        _gate = gate;
        _options = options.Value;
        _flushPeriod = _options.HistoryFlushPeriod;
        _time = time;
        _clock = new GrainClock(time, _options.ClockTolerance);
        _pauses = pauses;
        _log = log;
    }

    private DateTimeOffset Now => _clock.Now;

    private bool IsAttached => _epoch != 0;

    /// <summary>The task's options; the defaults if there is no task.</summary>
    private TaskOptions Options => _entry?.EffectiveOptions ?? TaskOptions.Default;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _name = this.GetPrimaryKeyString();
        TaskNames.Check(_name);
        _history = new TaskHistory(_name, _historyStore, _log);
        _ledger = new LedgerKeeper(_name, _ledgerStore, _clock, _log);
        _partition = GrainFactory.Refer<IPartition>(PartitionMap.PartitionOf(_name, _options.Partitions));
        _scheduler = TaskScheduler.Current;
        _locals.Add(GrainContext);
        return Task.CompletedTask;
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
        // A question under way may have been answered before what this caller wants to know had happened: all who come meanwhile share the next one.
        return _attaching is { IsCompleted: false } ? _attachingNext ??= AfterAsync(_attaching) : _attaching = AskPartitionAsync();

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            (_attaching, _attachingNext) = (_attachingNext, null);
            await AskPartitionAsync();
        }
    }

    private async ValueTask EnsureAttachedAsync()
    {
        _isAsked = true;
        if (!_briefed || _entry is null)
        {
            await AttachAsync();
        }
    }

    private async Task AskPartitionAsync()
    {
        if (_leaving)
        {
            throw Moved();
        }

        var attachment = new Attachment { Activation = _activation, Silo = _cluster.Local, Briefing = _inDoubt ? 0 : _briefing, LetGo = (_awake || _passedOver) && _next is null ? LastTaken : null };
        Briefing briefing;
        try
        {
            briefing = await UnlessLeaving((_asking = _partition.AttachAsync(_name, attachment)).WaitAsync(PartitionPatience, _pauses));
        }
        catch
        {
            // The partition may have answered all the same, and rely on what it said.
            _inDoubt = true;
            KeepHouse();
            throw;
        }

        var isFirst = !IsAttached;
        var wasStarted = _started;
        var changed = isFirst || _started != briefing.Started || _entry?.Revision != briefing.Entry?.Revision || (briefing.Calendars ?? CalendarSet.Empty).Revision != _entry?.Calendars.Revision;
        Note(briefing);
        TakeTime(briefing.Now);
        if (_hasOrphans)
        {
            await AdoptOrphansAsync();
        }

        foreach (var run in briefing.Runs)
        {
            Accept(run);
        }

        if (isFirst)
        {
            TakeOverOccurrences(briefing);
        }

        PlanLedger(briefing, stopped: wasStarted && !_started);
        PlanOccurrences(briefing, changed);

        CallOff(briefing.HasCalledOff);

        _briefed = true;
        StartWaiting();
    }

    private void Note(Briefing briefing)
    {
        if (!IsAttached)
        {
            _sequence.StartAfter(briefing.Sequence);
            _history.StartsAfter = briefing.Sequence;
        }

        (_epoch, _entry, _started, _briefing, _inDoubt) = (briefing.Epoch, briefing.Entry?.With(briefing.Calendars ?? CalendarSet.Empty), briefing.Started, briefing.Number, false);
        _passedOver = false;
        (_hasMore, _awake, _registry) = (briefing.HasMore, briefing.Awake, briefing.Registry);
        _hasOrphans |= briefing.MayHaveOrphans;
    }

    /// <summary>Waits for an answer, but not when the activation is asked to deactivate: it cannot while calls in it wait.</summary>
    private async Task<T> UnlessLeaving<T>(Task<T> answer)
    {
        try
        {
            return await answer.WaitAsync(_leave.Token);
        }
        catch (OperationCanceledException) when (_leaving)
        {
            throw Moved();
        }
    }

    /// <summary>Calls the partition with this attachment; attaches anew when it is out of date.</summary>
    private Task<T> OnPartitionAsync<T>(Func<IPartition, long, Task<T>> call) => AttachedAsync(epoch => call(_partition, epoch).WaitAsync(PartitionPatience, _pauses));

    /// <summary>The same for a call that does not take longer than the partition may.</summary>
    private async Task<T> AttachedAsync<T>(Func<long, Task<T>> call)
    {
        if (!IsAttached)
        {
            await AttachAsync();
        }

        try
        {
            return await call(_epoch);
        }
        catch (StaleTaskException)
        {
            await AttachAsync();
            return await call(_epoch);
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e))
        {
            // The partition may have handed something over that did not arrive: the next briefing has it again.
            _inDoubt = true;
            KeepHouse();
            throw;
        }
    }

    private Task OnPartitionAsync(Func<IPartition, long, Task> call) => OnPartitionAsync(async (p, epoch) =>
    {
        await call(p, epoch);
        return true;
    });

    /// <summary>Has something done on this grain's turns, from any thread.</summary>
    private void Post(Func<Task> action)
    {
        Task.Factory.StartNew(DoAsync, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap().Ignore();

        async Task DoAsync()
        {
            try
            {
                await action();
            }
            catch (Exception e) when (_leaving || ClusterCalls.IsTransient(e))
            {
                LogPutOff(_log, LogLevel.Debug, _name, e.Message);
            }
            catch (Exception e)
            {
                LogPutOff(_log, LogLevel.Error, _name, e.ToString());
            }
        }
    }

    /// <summary>
    /// Repeats what the state of the cluster or of storage keeps from succeeding, until it succeeds or this activation leaves. A permanent failure is logged and thrown.
    /// </summary>
    private async Task UntilDoneAsync(Func<Task> action)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception e) when (Failures.IsPermanent(e))
            {
                LogGivenUp(_log, _name, e.ToString());
                throw;
            }
            catch (Exception e) when (!_leaving)
            {
                LogPutOff(_log, ClusterCalls.IsTransient(e) || e is StaleTaskException ? LogLevel.Debug : LogLevel.Warning, _name, e.Message);
                await Task.Delay(pause, _pauses);
            }
        }
    }

    /// <summary>The same, for what is done without where it fails permanently.</summary>
    /// <returns>Whether it succeeded.</returns>
    private async Task<bool> TryUntilDoneAsync(Func<Task> action)
    {
        try
        {
            await UntilDoneAsync(action);
            return true;
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            return false;
        }
    }

    private PartitionMovedException Moved() => new($"The task '{_name}' is moving to another activation.");

    [LoggerMessage(314, LogLevel.Error, "{Task}: a step failed permanently and is not repeated: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string task, string reason);

    [LoggerMessage(EventId = 311, Message = "{Task}: something could not be done yet: {Reason}")]
    private static partial void LogPutOff(ILogger logger, LogLevel level, string task, string reason);
}
