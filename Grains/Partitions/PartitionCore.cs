using OrleansTasks.Clocks;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>
/// One partition of the registry, put together of its parts. It needs no Orleans: turns and timers are those of whoever has it, and calls to others go through what it is given.
/// </summary>
internal sealed class PartitionCore
{
    private readonly PartitionServices _silo;
    private readonly PartitionState _state = new();
    private readonly PartitionKeeper _keeper;
    private readonly PartitionContext _context;
    private readonly PartitionOpening _opening;
    private readonly WakeCalls _wakes;
    private readonly PartitionWaker _waker;
    private readonly ClockHealing _healing;
    private readonly PartitionSweeper _sweeper;
    private readonly TimerFactory _timers;
    private readonly TaskScheduler _turns;
    private IGrainTimer? _sweeping;
    private IDisposable? _listening;

    /// <param name="silo">What all partitions on the silo share.</param>
    /// <param name="number">The partition's number.</param>
    /// <param name="timers">Makes timers of the grain.</param>
    /// <param name="turns">Runs the grain's turns.</param>
    /// <param name="leave">Has the grain leave memory.</param>
    public PartitionCore(PartitionServices silo, int number, TimerFactory timers, TaskScheduler turns, Action leave)
    {
        (_silo, _timers, _turns) = (silo, timers, turns);
        _keeper = new PartitionKeeper(silo, number, _state, leave);
        _wakes = new WakeCalls(silo, _keeper, _state);
        _waker = new PartitionWaker(silo, _keeper, _state, _wakes, timers, FireOnceAsync);
        _context = new PartitionContext(silo, number, _state, _keeper, _waker, _wakes, new PartitionTeller(silo, number));
        _opening = new PartitionOpening(_context) { OnLoss = () => OnStorageLoss() };
        _healing = new ClockHealing(_context);
        var handed = new HandedRuns(_context);
        Tasks = new TaskOwnership(_context, handed, _healing);
        Positions = new TaskPositions(_context, Tasks, _healing);
        Registry = new PartitionRegistrations(_context, Tasks);
        Runs = new PartitionRuns(_context, handed, Tasks);
        Calendars = new PartitionCalendars(_context);
        Configurations = new PartitionConfigurations(_context, Calendars);
        Queries = new PartitionQueries(_context);
        Batches = new PartitionBatches(_context, PartitionSweeper.Period);
        Groups = new PartitionGroups(_context);
        _sweeper = new PartitionSweeper(_context, Tasks, Batches);
    }

    /// <summary>Is told, on any thread, when storage has lost something of the partition, or forgotten it for now: other records may be older too.</summary>
    public Action OnStorageLoss { get; init; } = static () => { };

    /// <summary>What is in memory.</summary>
    public PartitionState State => _state;

    /// <summary>Whether this silo has the partition.</summary>
    public PartitionKeeper Keeper => _keeper;

    public TaskOwnership Tasks { get; }

    public TaskPositions Positions { get; }

    public PartitionRegistrations Registry { get; }

    public PartitionRuns Runs { get; }

    public PartitionCalendars Calendars { get; }

    public PartitionConfigurations Configurations { get; }

    public PartitionQueries Queries { get; }

    public PartitionBatches Batches { get; }

    public PartitionGroups Groups { get; }

    /// <summary>Reads the partition, and takes up what it has to do.</summary>
    /// <param name="onOpen">Is called when it is known what there is, before anything is begun.</param>
    public async Task OpenAsync(Action onOpen)
    {
        try
        {
            await _opening.ReadAsync((int)Math.Ceiling(_silo.Options.Limits.RequestRetention / PartitionSweeper.Period));
            var healed = _healing.HealAll();
            var fromNothing = _opening.BeginIncarnation();
            if (fromNothing && _silo.Cluster.Alive.All(_silo.Cluster.Local.Equals))
            {
                Tasks.BeginFromNothing();
            }

            await _keeper.CommitAsync();
            _healing.Tell(healed);
            if (fromNothing && LossMarks.Describe(_state.Runs.Values) is { } underWay)
            {
                LogWasDoing(_silo.Log, _context.Number, underWay);
            }

            onOpen();
            Begin();
        }
        catch (Exception e)
        {
            _keeper.FailToOpen(e);
            throw;
        }
    }

    /// <summary>Takes, on any thread, that the clock of this silo was put forward or back.</summary>
    public void TakeClockStep(TimeSpan step) => Post(() => _keeper.IsLost ? Task.CompletedTask : _healing.TakeStepAsync(step));

    /// <summary>Begins nothing more, and stores what was changed.</summary>
    public Task CloseAsync()
    {
        _listening?.Dispose();
        _sweeping?.Dispose();
        _waker.Dispose();
        return _keeper.CloseAsync();
    }

    private void Begin()
    {
        _keeper.Watch();
        _waker.ScheduleAll();
        _wakes.WakeUntilAwake(_state.Slots.Where(s => s.Value is { Entry.OccurrenceGuarantee: RunGuarantee.AtMostOnce, Position.IsUnsettled: true }).Select(s => s.Key));
        _listening = _silo.Cluster.Listen(() => Post(Tasks.LookAtSilosAsync));
        Batches.Look();
        _sweeper.EndCalledOff();
        _sweeping = _timers(SweepAsync, PartitionSweeper.Period);
    }

    private async Task SweepAsync()
    {
        try
        {
            await _sweeper.SweepAsync();
        }
        finally
        {
            _sweeping?.Change(PartitionSweeper.Period, Timeout.InfiniteTimeSpan);
        }
    }

    private Task FireOnceAsync(string task, TaskSlot slot, DateTimeOffset due) => Registry.FireOnceAsync(task, slot, due);

    private void Post(Func<Task> action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap().Ignore();
}
