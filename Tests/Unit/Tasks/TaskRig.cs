using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Archive;
using OrleansTasks.Calls;
using OrleansTasks.Handlers;
using OrleansTasks.Ledger;
using OrleansTasks.Publishing;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using OrleansTasks.Tasks;
using OrleansTasks.Watching;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Runs one task with all its parts, on turns and a clock that the test moves, without a cluster. Silos, partition, group and storage
/// answer as the test says.
/// </summary>
internal sealed class TaskRig
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly SiloAddress Here = SiloAddress.New(IPAddress.Loopback, 1, 1);
    public static readonly SiloAddress There = SiloAddress.New(IPAddress.Loopback, 2, 1);

    /// <summary>The version of the list of silos that this silo knows.</summary>
    public const long Version = 7;

    private readonly GrainTurns _turns;
    private readonly SteppedClock _wall;
    private ImmutableHashSet<SiloAddress> _gone = [];
    private Action? _onChanged;
    private long _number;

    public TaskRig(TaskOptions? options = null, TaskSchedule? schedule = null, MemoryStorage? storage = null)
    {
        Storage = storage ?? new MemoryStorage();
        _wall = new SteppedClock(Clock);
        Entry = new TaskEntry { Name = "t", Handler = "h", Options = options, Schedule = schedule, Anchor = Start, UpdatedAt = Start };
        Partition
            .On(nameof(IPartition.AttachAsync), _ => Task.FromResult(Brief()))
            .On(nameof(IPartition.AddRunAsync),
                a => Task.FromResult((StoredRun)a[1]! is var run && run.DueAt <= PartitionNow ? run with { IsHanded = true } : run))
            .On(nameof(IPartition.MarkStartedAsync), static _ => Task.FromResult(true))
            .On(nameof(IPartition.SetStateAsync),
                a => Task.FromResult(Entry = Entry with { State = (TaskState)a[2]!, Revision = Entry.Revision + 1 }))
            .On(nameof(IPartition.TakeRunsAsync), static _ => Task.FromResult<IReadOnlyList<StoredRun>>([]))
            .On(nameof(IPartition.RunsOfAsync), static _ => Task.FromResult<IReadOnlyList<StoredRun>>([]))
            .On(nameof(IPartition.CallOffRunsAsync), static _ => Task.FromResult<IReadOnlyList<RunId>>([]));
        Group.On(nameof(IRunGroupEngine.AcquireAsync), static _ => Task.FromResult(true));
        Claims.On(nameof(IOccurrenceClaims.ClaimAsync), static _ => Task.FromResult<DateTimeOffset?>(null));
        Runner
            .On(nameof(IRunnerService.HoldingAsync), static _ => Task.FromResult<IReadOnlyList<HeldRun>>([]))
            .On(nameof(IRunnerService.StartAsync), static _ => Task.FromResult(true));
        Executor
            .On("get_HasRoom", static _ => true)
            .On(nameof(IRunExecutor.Takes), static _ => true)
            .On(nameof(IRunExecutor.TryStart), a =>
            {
                if (!HasPlace)
                {
                    return false;
                }

                var run = new LocalRun((RunOrder)a[0]!, Clock.GetUtcNow());
                Started.Add(run);
                a[3] = run;
                return true;
            });
        var grains = FakeOf<IGrainFactory>.New().On(nameof(IGrainFactory.GetGrain),
            a => (Type)a[0]! == typeof(IPartition) ? Partition.Face : (Type)a[0]! == typeof(ITaskGrain) ? Other.Face : Group.Face);
        var cluster = FakeOf<IClusterView>.New()
            .On("get_Local", static _ => Here)
            .On("get_Version", static _ => Version)
            .On("get_Alive", _ => ImmutableHashSet.Create(Here, There).Except(_gone).Except(NotHeardOf))
            .On(nameof(IClusterView.RefreshAsync), _ => RefreshAsync())
            .On(nameof(IClusterView.SilosWith), _ => Silos)
            .On(nameof(IClusterView.TakersOf), _ => Silos)
            .On(nameof(IClusterView.IsGone), a => _gone.Contains((SiloAddress)a[0]!))
            .On(nameof(IClusterView.Listen), a =>
            {
                _onChanged = (Action)a[0]!;
                return FakeOf<IDisposable>.New().Face;
            });
        var runners = FakeOf<IRunnerClient>.New().On(nameof(IRunnerClient.On), _ => Runner.Face);
        var settings = Options.Create(new TasksOptions());
        var handlers = new HandlerCatalog(new Dictionary<string, ITaskInvoker>(), []);
        Gate = new StartGate(Clock);
        Gate.SiloStarted();
        Clock.Advance(TimeSpan.FromSeconds(2));
        Clock.SetUtcNow(Start.AddSeconds(10));
        var services = new TaskServices(
            grains.Face,
            Executor.Face,
            runners.Face,
            cluster.Face,
            handlers,
            null!,
            new ResultPublisher(null!, Clock, settings, NullLogger<ResultPublisher>.Instance),
            new EventPublisher(null!, Clock, settings, NullLogger<EventPublisher>.Instance),
            new HistoryStore(Storage),
            new LedgerStore(Storage),
            Archive.Face,
            Reporter.Face,
            Departures.Face,
            Claims.Face,
            new FlushPace(),
            new Background(Turns, new Random(1)),
            null!,
            Gate,
            Metrics = new SiloMetrics(settings),
            settings,
            _wall,
            Clock,
            Log);
        _turns = new GrainTurns(Clock, NullLogger.Instance);
        _turns.Begin("t", Turns);
        Core = new TaskCore(services, "t", _turns,
            (tick, due) =>
                new TurnTimer(Turns, Clock,
                    () => ++Ticks < 1000 ? tick() : throw new InvalidOperationException("It ticks again and again."), due),
                        () => HasLeftMemory = true);
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    public FakeOf<IRunArchive> Archive { get; } = FakeOf<IRunArchive>.New();

    public TurnScheduler Turns { get; } = new();

    public TaskCore Core { get; }

    public StartGate Gate { get; }

    public SiloMetrics Metrics { get; }

    public MemoryStorage Storage { get; }

    public LogLines<TaskGrain> Log { get; } = new();

    public FakeOf<IPartition> Partition { get; } = FakeOf<IPartition>.New();

    /// <summary>Gets the grain of the task that follows this one.</summary>
    public FakeOf<ITaskGrain> Other { get; } = FakeOf<ITaskGrain>.New();

    public FakeOf<IRunGroupEngine> Group { get; } = FakeOf<IRunGroupEngine>.New();

    public FakeOf<IOccurrenceClaims> Claims { get; } = FakeOf<IOccurrenceClaims>.New();

    public FakeOf<IRunnerService> Runner { get; } = FakeOf<IRunnerService>.New();

    public FakeOf<IRunExecutor> Executor { get; } = FakeOf<IRunExecutor>.New();

    public FakeOf<IOutcomeReporter> Reporter { get; } = FakeOf<IOutcomeReporter>.New();

    public FakeOf<IDepartures> Departures { get; } = FakeOf<IDepartures>.New();

    /// <summary>Gets the attempts that started on this silo.</summary>
    public List<LocalRun> Started { get; } = [];

    /// <summary>Gets or sets whether the partition's clock stays right when this silo's clock moves.</summary>
    public bool PartitionKeepsTime { get; set; }

    /// <summary>Gets or sets whether this silo accepts attempts.</summary>
    public bool HasPlace { get; set; } = true;

    public ImmutableArray<SiloAddress> Silos { get; set; } = [Here];

    /// <summary>Gets or sets silos that have joined, and that this one sees only when it reads the list of silos.</summary>
    public ImmutableHashSet<SiloAddress> NotHeardOf { get; set; } = [];

    /// <summary>Gets or sets whether the list of silos can be read.</summary>
    public bool HasListOfSilos { get; set; } = true;

    public bool HasLeftMemory { get; private set; }

    /// <summary>Gets how often timers have ticked.</summary>
    public int Ticks { get; private set; }

    public TaskEntry Entry { get; set; }

    /// <summary>Gets or sets a change of the next briefings.</summary>
    public Func<Briefing, Briefing> Briefs { get; set; } = static b => b;

    public DateTimeOffset Now => _wall.GetUtcNow();

    private DateTimeOffset PartitionNow => PartitionKeepsTime ? Clock.GetUtcNow() : Now;

    /// <summary>Runs an action on a turn, and all turns that follow from it.</summary>
    public Task<T> Do<T>(Func<TaskCore, Task<T>> action) => Turns.Do(() => action(Core));

    public Task Do(Func<TaskCore, Task> action) => Turns.Do(() => action(Core));

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        Turns.Run();
    }

    /// <summary>Moves the wall clock forward or back. No time passes.</summary>
    public void Step(TimeSpan step, bool isNoticed = true)
    {
        _wall.Ahead += step;
        if (isNoticed)
        {
            Do(c => c.TakeStepAsync(step)).Ignore();
        }
    }

    /// <summary>Ends an attempt that started on this silo.</summary>
    public void End(LocalRun run, RunStatus status = RunStatus.Succeeded, string? error = null)
    {
        ((IRunObserver)Core.Local).OnEnd(run,
            new RunOutcome { Status = status, Error = error, StartedAt = run.StartedAt, FinishedAt = Now });
        Turns.Run();
    }

    /// <summary>Declares a silo dead.</summary>
    public void Lose(SiloAddress silo)
    {
        _gone = _gone.Add(silo);
        Silos = Silos.Remove(silo);
        _onChanged?.Invoke();
        Turns.Run();
    }

    /// <summary>Deactivates the task.</summary>
    public Task LeaveAsync()
    {
        _turns.Leave();
        return Do(c => c.LeaveAsync(CancellationToken.None));
    }

    private Task RefreshAsync()
    {
        NotHeardOf = HasListOfSilos ? [] : NotHeardOf;
        return HasListOfSilos ? Task.CompletedTask : new TaskCompletionSource().Task;
    }

    public static RunRequest Request(RunOptions? options = null) => new() { Id = Guid.NewGuid(), Options = options };

    /// <summary>Returns the partition's briefing.</summary>
    public Briefing Brief() =>
        Briefs(new Briefing
        {
            Number = ++_number,
            Epoch = _number,
            Entry = Entry,
            Started = true,
            StartedAt = Start,
            LedgerFloor = Start,
            Now = PartitionNow
        });

    internal sealed class LocalRun(RunOrder order, DateTimeOffset at) : ILocalRun
    {
        public RunOrder Order => order;

        public DateTimeOffset? StartedAt => at;

        public RunStatus? Cancelled { get; private set; }

        public void Cancel(RunStatus? cause) => Cancelled ??= cause;

        public HeldRun ToHeld() => new(order, at, Cancelled is not null);
    }
}
