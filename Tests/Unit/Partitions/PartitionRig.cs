using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Publishing;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>Runs one partition with all its parts and its log, on turns and a clock that the test moves, without a cluster.</summary>
internal sealed class PartitionRig
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="storage">The storage of an earlier opening of the partition. Null for empty storage.</param>
    /// <param name="limits">The limits of its log. Null for the defaults.</param>
    /// <param name="isLeaving">Whether its silo is about to stop, and no longer in the list of living silos.</param>
    /// <param name="isAlone">Whether there is no other silo.</param>
    public PartitionRig(MemoryStorage? storage = null, PartitionLogOptions? limits = null, bool isLeaving = false, bool isAlone = false)
    {
        Storage = storage ?? new MemoryStorage();
        var background = new Background(Turns, new Random(1));
        var settings = Microsoft.Extensions.Options.Options.Create(Options);
        var cluster = FakeOf<IClusterView>.New()
            .On("get_Local", static _ => TaskRig.Here)
            .On("get_Alive",
                _ => ImmutableHashSet.Create(TaskRig.Here, TaskRig.There).Except(Gone)
                    .Except(isLeaving ? [TaskRig.Here] : isAlone ? [TaskRig.There] : []))
            .On("get_Handlers", static _ => new[] { "h" })
            .On("get_Drained", static _ => ImmutableHashSet<SiloAddress>.Empty)
            .On(nameof(IClusterView.SilosWith), static _ => ImmutableArray.Create(TaskRig.Here))
            .On(nameof(IClusterView.TakersOf), static _ => ImmutableArray.Create(TaskRig.Here))
            .On(nameof(IClusterView.IsGone), a => Gone.Contains((SiloAddress)a[0]!))
            .On(nameof(IClusterView.Listen), static _ => FakeOf<IDisposable>.New().Face);
        var services = new PartitionServices(
            Storage,
            FakeOf<IGrainFactory>.New()
                .On(nameof(IGrainFactory.GetGrain),
                    a => (Type)a[0]! == typeof(IBatchEngine) ? Batch.Face : (Type)a[0]! == typeof(IPartition) ? Partition.Face : Task.Face)
                        .Face,
            cluster.Face,
            null!,
            FakeOf<IRunExecutor>.New().Face,
            new LoadingRoom(background),
            background,
            new ScheduleSearches(background, settings, Clock),
            new EventPublisher(null!, Clock, settings, NullLogger<EventPublisher>.Instance),
            FakeOf<IPartitionHolders>.New().Face,
            FakeOf<IPartitionRegistry>.New().Face,
            settings,
            Clock,
            Clock,
            Log)
        {
            LogLimits = limits ?? new(),
        };
        Core = new PartitionCore(services, 0, (tick, due) => new TurnTimer(Turns, Clock, tick, due), Turns, static () => { });
        Partition.On(nameof(IPartition.UsersOfCalendarAsync),
            a => System.Threading.Tasks.Task.FromResult(Core.Calendars.UsersOf((string)a[0]!)));
        var opened = Turns.Begin(() => Core.OpenAsync(static () => { }));
        for (var n = 0; n < 100 && !opened.IsCompleted; n++)
        {
            Turns.Run();
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.True(opened.IsCompletedSuccessfully, opened.Exception?.ToString() ?? "The partition does not open.");
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>Gets the settings of its silo, which a test may change.</summary>
    public TasksOptions Options { get; } = new() { Partitions = 1 };

    public TurnScheduler Turns { get; } = new();

    public MemoryStorage Storage { get; }

    /// <summary>Gets the grain that stands for every task.</summary>
    public FakeOf<ITaskEngine> Task { get; } = FakeOf<ITaskEngine>.New();

    /// <summary>Gets the grain that stands for every batch.</summary>
    public FakeOf<IBatchEngine> Batch { get; } = FakeOf<IBatchEngine>.New();

    /// <summary>Gets the partition's own grain.</summary>
    public FakeOf<IPartition> Partition { get; } = FakeOf<IPartition>.New();

    public LogLines<SchedulerGrain> Log { get; } = new();

    public ImmutableHashSet<SiloAddress> Gone { get; set; } = [];

    public PartitionCore Core { get; }

    /// <summary>Runs an action on a turn, and all turns that follow from it.</summary>
    public Task<T> Do<T>(Func<PartitionCore, Task<T>> action) => Turns.Do(() => action(Core));

    public Task Do(Func<PartitionCore, Task> action) => Turns.Do(() => action(Core));

    /// <summary>Registers the task.</summary>
    public Task RegisterAsync(string task, TaskSchedule? schedule = null, TaskOptions? options = null) =>
        Do(c =>
            c.Registry.RegisterAsync(new TaskRegistration { Name = task, Handler = "h", Schedule = schedule, Options = options }, null,
                Guid.NewGuid(), CancellationToken.None));

    /// <summary>Registers the task and attaches an activation to it.</summary>
    public static async Task<long> AttachAsync(PartitionRig rig, Guid activation, long question)
    {
        await rig.RegisterAsync("t");
        return (await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(activation, question)))).Epoch;
    }

    /// <summary>Creates an attach request of an activation.</summary>
    public static Attachment Attachment(Guid activation, long question) =>
        new() { Activation = activation, Silo = TaskRig.Here, Question = question };

    /// <summary>Creates a run of the task.</summary>
    public static StoredRun Run(DateTimeOffset due) =>
        new() { RunId = new RunId("t", Guid.NewGuid()), DueAt = due, Trigger = RunTrigger.Dispatch, Guarantee = RunGuarantee.AtLeastOnce };
}
