using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks.Archive;
using OrleansTasks.Batches;
using OrleansTasks.Groups;
using OrleansTasks.Handlers;
using OrleansTasks.Ledger;
using OrleansTasks.Partitions;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using OrleansTasks.Storage;
using OrleansTasks.Tasks;
using OrleansTasks.Watching;

namespace OrleansTasks.Simulation;

/// <summary>Simulates a silo: its clock, its threads, the engine's services, and its grains.</summary>
internal sealed class SimSilo
{
    /// <summary>Limits with which the journal wraps around within a history, and is folded early.</summary>
    private static readonly PartitionLogOptions LogLimits = new()
    {
        JournalSlots = 128,
        FoldAfterSegments = 24,
        LookAhead = 6,
        PageCount = 4,
        CheckpointMinBytes = 4 << 10,
        CheckpointMinDeltas = 3
    };
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private readonly World _world;
    private readonly SimCluster _cluster;
    private readonly List<Action> _inbox = [];
    private readonly List<WeakReference<SimTurns>> _turns = [];
    private readonly SimExecutor _executor;
    private readonly OutcomeReporter _reporter;
    private readonly Departures _departures;
    private readonly TaskServices _tasks;
    private readonly PartitionServices _partitions;
    private readonly GroupServices _groups;
    private readonly BatchServices _batches;
    private readonly ArchiveServices _archives;
    private readonly int _number;

    public SimSilo(World world, SimCluster cluster, int number)
    {
        (_world, _cluster, _number) = (world, cluster, number);
        Address = SiloAddress.New(System.Net.IPAddress.Loopback, number, 1);
        View = new SimView(world, cluster, this);
        Time = new SimTime(world, this);
        Pauses = new SimTime(world, this);
        Threads = NewTurns();
        Grains = new SimGrains(cluster.Network, this);
        Locals = new LocalGrains();
        var background = new Background(Threads, world.Chance);
        var settings = Options.Create(cluster.Options);
        IGrainStorage storage = new SimStorage(world, cluster.Rows, cluster.Copier, this);
        storage = cluster.Defect?.Around(storage, world, this) ?? storage;
        var standstills = new Standstills(Pauses);
        Threads.Begin(() => standstills.RunAsync(CancellationToken.None));
        _executor = new SimExecutor(world, this, cluster.Truth,
            new OrderChecks(Grains.Factory, standstills, new SiloDetails(Address), Pauses, NullLogger<RunExecutor>.Instance));
        _reporter = new OutcomeReporter(Grains.Factory, background, Pauses, NullLogger<OutcomeReporter>.Instance);
        Runner = new SimRunner(new RunnerDoor(_executor, _reporter, Locals, View, Pauses, NullLogger.Instance));
        _departures = new Departures(background, Pauses, NullLogger<Departures>.Instance);
        var runners = new SimRunners(cluster.Network, this);
        var gate = new StartGate(Pauses);
        gate.SiloStarted();
        var handlers = new HandlerCatalog(new Dictionary<string, ITaskInvoker>(), []);
        var events = new EventPublisher(null!, Pauses, settings, NullLogger<EventPublisher>.Instance);
        var metrics = new SiloMetrics(settings);
        _tasks = new TaskServices(
            Grains.Factory,
            _executor,
            runners,
            View,
            handlers,
            new HandlerShapes(handlers, SimManifests.None),
            cluster.Stream.Of(this),
            events,
            new HistoryStore(storage),
            new LedgerStore(storage),
            new RunArchive(Grains.Factory, background, settings, Pauses, NullLogger<RunArchive>.Instance),
            _reporter,
            _departures,
            new OccurrenceClaims(Grains.Factory, background, settings, Pauses, metrics),
            new FlushPace(),
            background,
            Locals,
            gate,
            metrics,
            settings,
            Time,
            Pauses,
            NullLogger<TaskGrain>.Instance);
        _partitions = new PartitionServices(
            storage,
            Grains.Factory,
            View,
            null!,
            _executor,
            new LoadingRoom(background),
            background,
            new ScheduleSearches(background, settings, Pauses),
            events,
            new PartitionHolders(runners, View, Pauses, NullLogger<PartitionHolders>.Instance),
            cluster,
            settings,
            Time,
            Pauses,
            NullLogger<SchedulerGrain>.Instance)
        {
            LogLimits = LogLimits,
        };
        _groups = new GroupServices(storage, new GroupTasks(Grains.Factory), new GroupMarks(Grains.Factory, settings), View, runners,
            events, Time, Pauses, NullLogger<RunGroupGrain>.Instance);
        _archives = new ArchiveServices(storage, new StorageHealth(NullLogger.Instance, Pauses), settings, Time, Pauses, Grains.Factory,
            NullLogger<RunArchiveGrain>.Instance);
        _batches = new BatchServices(storage, new BatchRuns(Grains.Factory), settings, Time, Pauses, NullLogger<BatchGrain>.Instance);
    }

    public SiloAddress Address { get; }

    public SimView View { get; }

    /// <summary>Gets the clock that tasks use. It may be wrong.</summary>
    public SimTime Time { get; }

    /// <summary>Gets the clock that waits use.</summary>
    public SimTime Pauses { get; }

    /// <summary>Gets the scheduler that stands for the thread pool.</summary>
    public SimTurns Threads { get; }

    public SimGrains Grains { get; }

    public SimRunner Runner { get; }

    public LocalGrains Locals { get; }

    /// <summary>Gets whether its process has ended.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Gets since when it is lost or declared dead; null if it is neither.</summary>
    public DateTimeOffset? GoneSince { get; private set; }

    /// <summary>Gets when it last resumed after it was frozen; null if it never did.</summary>
    public TimeSpan? WentOnAt { get; private set; }

    /// <summary>Gets whether its process is frozen.</summary>
    public bool IsStill { get; private set; }

    /// <summary>Gets whether other silos consider it dead.</summary>
    public bool IsTakenForDead => _cluster.IsDead(Address);

    /// <summary>Gets whether it was asked to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Gets or sets whether it accepts no new grains, because it is about to stop.</summary>
    public bool IsLeaving { get; set; }

    public double StorageRefuses { get; set; }

    public double StorageDoesNotAnswer { get; set; }

    public TimeSpan StorageDelay { get; set; }

    /// <summary>Gets or sets the probability that a write is not answered and is stored long afterwards.</summary>
    public double StorageLandsLate { get; set; }

    public SimTurns NewTurns()
    {
        var turns = new SimTurns(_world, this);
        _turns.Add(new WeakReference<SimTurns>(turns));
        return turns;
    }

    /// <summary>Executes an action on the silo: now, when the silo resumes, or never if it is lost.</summary>
    public void Do(Action action)
    {
        if (IsStill && !IsLost)
        {
            _inbox.Add(action);
        }
        else if (!IsLost)
        {
            action();
        }
    }

    public SimActivation Activate(string target)
    {
        var (id, make) = Grain(target);
        return new SimActivation(_world, _cluster, this, id, target, make);
    }

    /// <summary>Returns whether other silos consider this silo or the sender of an order dead.</summary>
    public bool IsOfTheDead(RunOrder order) => IsTakenForDead || (order.Sender is { } sender && _cluster.IsDead(sender));

    /// <summary>Records that other silos ignore what this silo does from now on, whether it knows that or not.</summary>
    public void NoteGone() => GoneSince ??= World.Begin + _world.Now;

    /// <summary>Kills the process.</summary>
    public void Kill()
    {
        _world.Tell($"{this} is killed");
        IsLost = true;
        NoteGone();
        _executor.Lose();
        _inbox.Clear();
    }

    /// <summary>Freezes the process.</summary>
    public void Freeze()
    {
        _world.Tell($"{this} stands still");
        IsStill = true;
    }

    /// <summary>Resumes the process.</summary>
    public void Thaw()
    {
        _world.Tell($"{this} goes on");
        WentOnAt = _world.Now;
        IsStill = false;
        var waiting = _inbox.ToList();
        _inbox.Clear();
        foreach (var action in waiting)
        {
            action();
        }

        foreach (var turns in _turns)
        {
            if (turns.TryGetTarget(out var target))
            {
                target.Wake();
            }
        }
    }

    /// <summary>Steps the clock forward or back.</summary>
    public void Step(TimeSpan by)
    {
        _world.Tell($"{this} has its clock put by {by}");
        Time.Ahead += by;
        _world.After(TimeSpan.FromSeconds(_world.Chance.NextDouble()), () => Locals.ClockStepped(by), this);
    }

    /// <summary>
    /// Stops gracefully, like <see cref="Hosting.TasksLifecycle"/>: runs end or are cut off, and then the silo hands its grains over.
    /// </summary>
    public void Stop()
    {
        _world.Tell($"{this} stops");
        IsStopping = true;
        Threads.Begin(async () =>
        {
            await _executor.DrainAsync(_world.Some(TimeSpan.Zero, LongestDrain));
            await WithinAsync(_reporter.DrainAsync);
            _cluster.Leave(this);
            await WithinAsync(HandOverAsync);
            _reporter.Close();
            _departures.Close();
            _world.Tell($"{this} has stopped");
            _cluster.Lose(this);
        });
    }

    private async Task HandOverAsync()
    {
        await Locals.DeactivateAsync<TaskGrain>(CancellationToken.None);
        await Locals.DeactivateAsync<SchedulerGrain>(CancellationToken.None);
        await _reporter.DrainAsync();
    }

    /// <summary>Runs an optional step before the stop. If it takes too long, other silos make up for it.</summary>
    private async Task WithinAsync(Func<Task> action) =>
        await action().WaitAsync(StopPatience, Pauses)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    public override string ToString() => $"silo {_number}";

    /// <summary>Provides the details that Orleans gives about a silo.</summary>
    private sealed class SiloDetails(SiloAddress address) : ILocalSiloDetails
    {
        public string Name => address.ToString();

        public string ClusterId => "";

        public string DnsHostName => "";

        public SiloAddress SiloAddress => address;

        public SiloAddress GatewayAddress => address;
    }

    /// <summary>Returns the id of a grain, and the function that creates the grain on this silo.</summary>
    private (GrainId Id, Func<IGrainContext, Grain> Make) Grain(string target)
    {
        if (target.StartsWith(SimGrains.PartitionPrefix, StringComparison.Ordinal))
        {
            return (GrainId.Create(GrainType.Create("scheduler"), GrainIdKeyExtensions.CreateIntegerKey(SimGrains.PartitionOf(target))),
                c => new SchedulerGrain(_partitions, Locals, c));
        }

        if (target.StartsWith(SimGrains.GroupPrefix, StringComparison.Ordinal))
        {
            return (GrainId.Create("group", SimGrains.GroupOf(target)), c => new RunGroupGrain(_groups, c));
        }

        if (target.StartsWith(SimGrains.ArchivePrefix, StringComparison.Ordinal))
        {
            return (GrainId.Create(GrainType.Create("archive"), GrainIdKeyExtensions.CreateIntegerKey(SimGrains.ArchiveOf(target))),
                c => new RunArchiveGrain(_archives, c));
        }

        return target.StartsWith(SimGrains.BatchPrefix, StringComparison.Ordinal)
            ? (GrainId.Create(GrainType.Create("batch"), GrainIdKeyExtensions.CreateGuidKey(SimGrains.BatchOf(target))),
                c => new BatchGrain(_batches, c))
            : (GrainId.Create("task", SimGrains.TaskOf(target)), c => new TaskGrain(_tasks, c));
    }
}
