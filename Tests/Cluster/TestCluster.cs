using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.Storage;
using Orleans.TestingHost;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Runs a cluster in this process, with an Orleans client, on a clock that the test advances.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>The milliseconds after which a test fails that waits in vain, instead of hanging.</summary>
    public const int TestTimeout = 60_000;

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly InProcessTestCluster _cluster;

    private TestCluster(InProcessTestCluster cluster, FakeTimeProvider? clock)
    {
        _cluster = cluster;
        Clock = clock!;
    }

    /// <summary>Gets the clock of grains and tasks; null if the cluster runs on real time.</summary>
    public FakeTimeProvider Clock { get; }

    public ITaskClient Client => _cluster.Client.ServiceProvider.GetRequiredService<ITaskClient>();

    public IClusterClient Cluster => _cluster.Client;

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. _cluster.Silos];

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="silos">The number of silos.</param>
    /// <param name="tasks">Defines the tasks of a silo, by the silo's number.</param>
    /// <param name="realTime">Whether the clock runs by itself.</param>
    /// <param name="options">Sets options on every silo.</param>
    /// <param name="services">Adds services to every silo.</param>
    /// <param name="storage">Storage that outlives the silos. Null: the silos' memory.</param>
    /// <param name="at">The initial time of the clock. Null: <see cref="Start"/>.</param>
    /// <param name="logs">Receives the log messages of the silos.</param>
    /// <param name="wallClock">
    /// Creates the wall clock of a silo, from the silo's number and the clock that the test advances. Null: that clock itself.
    /// </param>
    public static async Task<TestCluster> StartAsync(
        int silos,
        Action<TasksBuilder, int> tasks,
        bool realTime = false,
        Action<TasksOptions>? options = null,
        Action<IServiceCollection>? services = null,
        SharedStorage? storage = null,
        DateTimeOffset? at = null,
        ILoggerProvider? logs = null,
        Func<int, FakeTimeProvider, TimeProvider>? wallClock = null)
    {
        var clock = realTime ? null : new FakeTimeProvider(at ?? Start);
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.AssumeHomogenousSilosForTesting = false;
        var number = -1;
        builder.ConfigureHost(host =>
        {
            host.Logging.SetMinimumLevel(LogLevel.Warning);
            if (logs is not null)
            {
                host.Logging.AddProvider(logs);
                host.Logging.AddFilter<LogWatch>("OrleansTasks", LogLevel.Information);
            }

            if (clock is not null)
            {
                host.Services.AddSingleton<TimeProvider>(clock);
                host.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            }
        });
        builder.ConfigureSilo((_, silo) =>
        {
            var mine = Interlocked.Increment(ref number);
            services?.Invoke(silo.Services);
            if (wallClock is not null)
            {
                silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, wallClock(mine, clock!));
            }

            silo.UseInMemoryTasks().AddTasks(t => tasks(t, mine), options);
            if (storage is not null)
            {
                silo.Services.AddKeyedSingleton<IGrainStorage>(TaskStorage.Name, new StorageLink(storage));
            }
        });
        builder.ConfigureClient(client => client.AddTaskClient());
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestCluster(cluster, clock);
    }

    public Task<InProcessSiloHandle> AddSiloAsync() => _cluster.StartAdditionalSiloAsync();

    public Task StopSiloAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public Task KillSiloAsync(InProcessSiloHandle silo)
    {
        (ServicesOf(silo).GetKeyedService<IGrainStorage>(TaskStorage.Name) as StorageLink)?.Cut();
        return _cluster.KillSiloAsync(silo);
    }

    public IServiceProvider ServicesOf(InProcessSiloHandle silo) => _cluster.GetSiloServiceProvider(silo.SiloAddress);

    public IServiceProvider Services(int silo) => _cluster.GetSiloServiceProvider(Silos[silo].SiloAddress);

    /// <summary>
    /// Lets a batch leave memory. A batch that was created on the same silo less than 30 s ago is not removed, because its caller may have
    /// learned just before that it does not exist.
    /// </summary>
    public async Task LeaveMemoryAsync(Guid batch)
    {
#pragma warning disable xUnit1051 // The overload that takes a token is another method.
        await Cluster.GetGrain<IBatchGrain>(batch).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
#pragma warning restore xUnit1051
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
