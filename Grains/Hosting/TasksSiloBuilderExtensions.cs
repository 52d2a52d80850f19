using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Metadata;
using Orleans.Runtime.Placement;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansTasks;
using OrleansTasks.Archive;
using OrleansTasks.Batches;
using OrleansTasks.Client;
using OrleansTasks.Client.Filters;
using OrleansTasks.Clocks;
using OrleansTasks.Configured;
using OrleansTasks.Groups;
using OrleansTasks.Handlers;
using OrleansTasks.Hosting;
using OrleansTasks.Ledger;
using OrleansTasks.Partitions;
using OrleansTasks.Placement;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Settings;
using OrleansTasks.Silos;
using OrleansTasks.Storage;
using OrleansTasks.Supervision;
using OrleansTasks.Tasks;
using OrleansTasks.Watching;

namespace Orleans.Hosting;

/// <summary>Adds tasks to a silo.</summary>
public static class TasksSiloBuilderExtensions
{
    // Orleans uses these clocks to measure periods by subtracting instants.
    private static readonly string[] _steadyAreas = [TimeProviderNames.Membership, TimeProviderNames.SystemTimers,
        TimeProviderNames.ActivationManagement];

    /// <summary>
    /// Registers the engine, <see cref="ITaskClient"/>, and the handlers and tasks that this silo's code defines. Several calls are
    /// combined.
    /// </summary>
    /// <remarks>
    /// The host chooses clustering, the grain storage <see cref="TaskStorage.Name"/> and the stream provider <see
    /// cref="TaskStreams.Provider"/>. If something is missing or contradictory, the silo does not start, and one error lists everything.
    /// The codec of <see cref="ArraySegment{T}"/> is replaced by a faster one with the same format, unless <see
    /// cref="TaskClientOptions.ReplaceSegmentCodec"/> is false. Orleans' membership, system timers and activation collection use a clock
    /// that does not follow steps of the wall clock, unless the host has registered a <see cref="TimeProvider"/> for them, under a key of
    /// <see cref="TimeProviderNames"/>.
    /// </remarks>
    /// <param name="builder">The silo builder.</param>
    /// <param name="configure">Defines handlers and tasks. Null defines none.</param>
    /// <param name="options">Sets the options. Null keeps the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static ISiloBuilder AddTasks(this ISiloBuilder builder, Action<TasksBuilder>? configure = null,
        Action<TasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var tasks = services.FirstOrDefault(d => d.ServiceType == typeof(TasksBuilder))?.ImplementationInstance as TasksBuilder;
        if (tasks is null)
        {
            services.AddSingleton(tasks = new TasksBuilder(services));
            AddEngine(builder);
        }

        configure?.Invoke(tasks);
        foreach (var setting in tasks.TakeSettings())
        {
            services.Configure(setting);
        }

        if (options is not null)
        {
            services.Configure(options);
        }

        return builder;
    }

    /// <summary>
    /// Keeps tasks, subscriptions and streams in the memory of the silos: for development, tests, and clusters that may forget their tasks
    /// when they stop.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static ISiloBuilder UseInMemoryTasks(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<TasksOptions>(static o => o.StorageMayForget = true);
        builder.AddMemoryGrainStorage(TaskStorage.Name);
        if (!builder.HasPubSubStore())
        {
            builder.AddMemoryGrainStorage(TaskSiloHostingExtensions.PubSubStore);
        }

        return builder.AddTaskStreams();
    }

    private static void AddEngine(ISiloBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<TasksOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TasksOptions>, TasksOptionsValidator>());
        services.AddOrleansAssemblies(typeof(TasksBuilder).Assembly);
        services.AddTaskClientServices(null);
        services.AddSingleton<HandlerCatalogFactory>();
        services.AddSingleton(static s => s.GetRequiredService<HandlerCatalogFactory>().Catalog);
        services.AddSingleton(static s => s.GetRequiredService<TasksBuilder>().ConfigurationRules);
        services.AddSingleton<ConfigurationReader>();
        services.AddSingleton<ConfigurationDelivery>();
        services.AddSingleton<ConfigurationApplier>();
        services.AddSingleton<TasksConfigurationValidator>();
        services.AddSingleton<IConfigurationValidator>(static s => s.GetRequiredService<TasksConfigurationValidator>());
        services.AddSingleton<IGrainPropertiesProvider, HandlerAnnouncement>();
        services.TryAddKeyedSingleton<IGrainStorageSerializer>(TaskStorage.Name, static (s, _) => new RecordSerializer(
            s.GetRequiredService<Serializer>(), ActivatorUtilities.CreateInstance<OrleansGrainStorageSerializer>(s),
            ActivatorUtilities.CreateInstance<JsonGrainStorageSerializer>(s)));
        services.AddSingleton<HandlerShapes>();
        services.AddSingleton<DrainedSilos>();
        services.AddSingleton<ClusterView>();
        services.AddSingleton<IClusterView>(static s => s.GetRequiredService<ClusterView>());
        services.AddSingleton(Background.Pool);
        services.AddSingleton<LoadingRoom>();
        // It wraps the clock that Orleans would use there: the host's default one, which may differ from that of grains.
        services.AddSingleton(static s => new SteadyClock(s.GetRequiredKeyedService<TimeProvider>(nameof(SteadyClock))));
        foreach (var area in _steadyAreas)
        {
            services.TryAddKeyedSingleton<TimeProvider>(area, static (s, _) => s.GetRequiredService<SteadyClock>());
        }

        services.AddSingleton<ClockWatcher>();
        services.AddSingleton<ScheduleSearches>();
        services.AddSingleton<PartitionHolders>();
        services.AddSingleton<IPartitionHolders>(static s => s.GetRequiredService<PartitionHolders>());
        services.AddSingleton(
            static s =>
                new StorageHealth(s.GetRequiredService<ILogger<StorageHealth>>(),
                    s.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging)));
        services.AddSingleton<PartitionRegistry>();
        services.AddSingleton<IPartitionRegistry>(static s => s.GetRequiredService<PartitionRegistry>());
        services.AddEngineLoggers();
        services.AddSingleton<ThrownReader>();
        services.AddSingleton<StartGate>();
        services.AddSingleton<IRunWaits, RunWaits>();
        services.AddSingleton<IRunHeaders, RunHeaders>();
        services.AddSingleton<IRunControls, RunControls>();
        services.AddSingleton<Standstills>();
        services.AddSingleton<OrderChecks>();
        services.AddSingleton<SiloMetrics>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<RunExecutor>();
        services.AddSingleton<IRunExecutor>(static s => s.GetRequiredService<RunExecutor>());
        services.AddSingleton<OutcomeReporter>();
        services.AddSingleton<IOutcomeReporter>(static s => s.GetRequiredService<OutcomeReporter>());
        services.AddSingleton<RunnerClient>();
        services.AddSingleton<IRunnerClient>(static s => s.GetRequiredService<RunnerClient>());
        services.AddSingleton<ResultPublisher>();
        services.AddSingleton<IResultPublisher>(static s => s.GetRequiredService<ResultPublisher>());
        services.AddSingleton<EventPublisher>();

        services.AddKeyedSingleton<IGrainStorage>(WatchedStorage.Key, static (s, _) => new WatchedStorage(
            s.GetRequiredKeyedService<IGrainStorage>(TaskStorage.Name), s.GetRequiredService<SiloMetrics>(),
            s.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging)));

        // Created by hand: a container that validates itself when it is built would otherwise report a missing storage before the one error
        // that lists everything.
        services.AddSingleton(
            static s =>
                new HistoryStore(s.GetRequiredKeyedService<IGrainStorage>(WatchedStorage.Key), s.GetRequiredService<StorageHealth>()));
        services.AddSingleton(
            static s =>
                new LedgerStore(s.GetRequiredKeyedService<IGrainStorage>(WatchedStorage.Key), s.GetRequiredService<StorageHealth>()));
        services.AddSingleton<RunArchive>();
        services.AddSingleton<IRunArchive>(static s => s.GetRequiredService<RunArchive>());
        services.AddSingleton<ArchiveServices>();
        services.AddSingleton<Departures>();
        services.AddSingleton<IDepartures>(static s => s.GetRequiredService<Departures>());
        services.AddSingleton<OccurrenceClaims>();
        services.AddSingleton<IOccurrenceClaims>(static s => s.GetRequiredService<OccurrenceClaims>());
        services.AddSingleton<FlushPace>();
        services.AddSingleton<LocalGrains>();
        services.AddSingleton<TaskServices>();
        services.AddSingleton(static s => ActivatorUtilities.CreateInstance<PartitionServices>(s));
        services.AddSingleton<IBatchRuns, BatchRuns>();
        services.AddSingleton(static s => ActivatorUtilities.CreateInstance<BatchServices>(s));
        services.AddSingleton<IGroupTasks, GroupTasks>();
        services.AddSingleton<IGroupMarks, GroupMarks>();
        services.AddSingleton(static s => ActivatorUtilities.CreateInstance<GroupServices>(s));
        services.AddSingleton<IActivationWorkingSetObserver>(static s => s.GetRequiredService<LocalGrains>());
        services.AddSingleton<PartitionSupervisor>();
        services.AddSingleton<SiloGauges>();
        services.AddSingleton<PartitionBalancer>();
        services.AddSingleton<PoolGuard>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, RunLogProvider>());
        services.AddSingleton<RunLogCheck>();
        services.AddSingleton<StartNotes>();
        services.AddSingleton<WarmUp>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static s => s.GetRequiredService<ClusterLinkLifecycle>());
        services.AddSingleton<TasksLifecycle>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static s =>
        {
            // Orleans creates participants of the silo's lifecycle before it validates. Faults are reported here, and not by the container.
            s.GetRequiredService<TasksConfigurationValidator>().ValidateConfiguration();
            return s.GetRequiredService<TasksLifecycle>();
        });
        builder.AddGrainService<RunnerService>();
        AddSilos(builder);
    }

    private static void AddSilos(ISiloBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SiloHandOver>();
        services.AddSingleton<SiloDrain>();
        services.AddSingleton<SiloServiceClient>();
        services.AddSingleton<ISiloServiceClient>(static s => s.GetRequiredService<SiloServiceClient>());
        services.AddSingleton<IPlacementStrategyResolver, EnginePlacementResolver>();
        services.AddKeyedSingleton<IPlacementDirector, EnginePlacementDirector>(typeof(EnginePlacement));
        builder.AddGrainService<SiloService>();
    }
}
