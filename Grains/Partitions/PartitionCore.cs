using OrleansTasks.Clocks;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>
/// Composes one partition of the registry from its parts. It does not need Orleans: the owner provides turns and timers, and calls to
/// others go through the given services.
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

    /// <param name="silo">The services that all partitions on the silo share.</param>
    /// <param name="number">The partition's number.</param>
    /// <param name="timers">Creates timers of the grain.</param>
    /// <param name="turns">Runs the grain's turns.</param>
    /// <param name="leave">Deactivates the grain.</param>
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

    /// <summary>
    /// Gets the callback, on any thread, for storage that has lost something of the partition, or does not have it at present. Other
    /// records may be older too.
    /// </summary>
    public Action OnStorageLoss { get; init; } = static () => { };

    /// <summary>Gets the data in memory.</summary>
    public PartitionState State => _state;

    /// <summary>Gets the part that holds the partition for this silo.</summary>
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

    /// <summary>Reads the partition and starts its work.</summary>
    /// <param name="onOpen">Called when the contents are known, before any work starts.</param>
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

    /// <summary>Handles, on any thread, that the clock of this silo was set forward or back.</summary>
    public void TakeClockStep(TimeSpan step) => Post(() => _keeper.IsLost ? Task.CompletedTask : _healing.TakeStepAsync(step));

    /// <summary>Stops starting work, and stores all changes.</summary>
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
        _wakes.WakeUntilAwake(
            _state.Slots.Where(s => s.Value is { Entry.OccurrenceGuarantee: RunGuarantee.AtMostOnce, Position.IsUnsettled: true })
                .Select(s => s.Key));
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

    private void Post(Func<Task> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _turns).Unwrap().Ignore();
}
