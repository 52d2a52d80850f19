using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Supervision;
using OrleansTasks.Testing.Clocks;

namespace OrleansTasks.Testing.Clusters;

/// <summary>Manages the silos and client web servers of a cluster, from their common start to their common stop.</summary>
internal sealed class ClusterHosts : IAsyncDisposable
{
    private const int Partitions = 4;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private readonly TaskTestClusterOptions _options;
    private readonly TestTaskStorage _storage;
    private readonly VirtualClock _clock;
    private readonly Signals _signals;
    private readonly InProcessTestCluster _cluster;
    private readonly List<IHost> _otherClients = [];
    private readonly List<TaskTestSilo> _silos = [];
    private IServiceCollection? _clientServices;
    private int _number;

    public ClusterHosts(TaskTestClusterOptions options, TestTaskStorage storage, VirtualClock clock, Signals signals, int firstNumber)
    {
        (_options, _storage, _clock, _signals, _number) = (options, storage, clock, signals, firstNumber - 1);
        var builder = new InProcessTestClusterBuilder((short)options.Silos);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.Options.InitialSilosCount = 0;
        builder.Options.InitializeClientOnDeploy = false;
        builder.ConfigureHost(host => SetUp(host.Services));
        builder.ConfigureSilo((_, silo) => SetUp(silo));
        builder.ConfigureClient(SetUp);
        _cluster = builder.Build();
    }

    /// <summary>Gets the number of the next silo.</summary>
    public int NextNumber => _number + 1;

    public IReadOnlyList<TaskTestSilo> Silos
    {
        get
        {
            lock (_silos)
            {
                return [.. _silos];
            }
        }
    }

    public IReadOnlyList<IServiceProvider> Clients => [_cluster.Client.ServiceProvider, .. _otherClients.Select(static c => c.Services)];

    public async Task StartAsync(int silos, CancellationToken ct)
    {
        await _cluster.DeployAsync(ct).ConfigureAwait(false);

        // The first silo starts alone, so that the others find what it stores.
        for (var n = 0; n < silos; n++)
        {
            await AddSiloAsync(ct).ConfigureAwait(false);
        }

        await _cluster.InitializeClientAsync(ct).ConfigureAwait(false);
        for (var n = 1; n < _options.WebClients; n++)
        {
            await AddClientAsync(ct).ConfigureAwait(false);
        }
    }

    public async Task<TaskTestSilo> AddSiloAsync(CancellationToken ct)
    {
        var silo = new TaskTestSilo((await _cluster.StartSilosAsync(1, ct).ConfigureAwait(false)).Single());
        lock (_silos)
        {
            _silos.Add(silo);
        }

        await UntilKnownAsync(silo, static (view, address) => view.IsActive(address), ct).ConfigureAwait(false);
        return silo;
    }

    public async Task RemoveSiloAsync(TaskTestSilo? silo, bool kills, CancellationToken ct)
    {
        var all = Silos;
        silo ??= all.Count > 0 ? all[^1] : null;
        if (silo is null || !all.Contains(silo))
        {
            throw new InvalidOperationException(silo is null ? "The cluster has no silo. Start one first." : $"The silo {silo} is no "
                + $"longer in the cluster. Use one of its silos: {string.Join(", ", all)}.");
        }

        lock (_silos)
        {
            _silos.Remove(silo);
        }

        if (kills)
        {
            (silo.Services.GetKeyedService<IGrainStorage>(TaskStorage.Name) as StorageLink)?.Cut();
            await _cluster.KillSiloAsync(silo.Handle, ct).ConfigureAwait(false);
        }
        else
        {
            await _cluster.StopSiloAsync(silo.Handle, ct).ConfigureAwait(false);
        }

        await UntilKnownAsync(silo, static (view, address) => !view.IsActive(address), ct).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _otherClients)
        {
            await client.StopAsync().ConfigureAwait(false);
            client.Dispose();
        }

        _otherClients.Clear();
        lock (_silos)
        {
            _silos.Clear();
        }

        await _cluster.DisposeAsync().ConfigureAwait(false);
    }

    private static Func<GrainId?> OnTurnOf(IGrainContextAccessor grains) => () => grains.GrainContext?.GrainId;

    /// <summary>Waits until all present silos know a silo. This uses the real clock.</summary>
    private async Task UntilKnownAsync(TaskTestSilo silo, Func<IClusterView, SiloAddress, bool> knows, CancellationToken ct)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!Silos.All(s => knows(s.Services.GetRequiredService<IClusterView>(), silo.Handle.SiloAddress)))
        {
            if (TimeProvider.System.GetElapsedTime(since) > _options.Patience)
            {
                throw new TimeoutException($"After {_options.Patience} the silos do not agree about {silo}. Allow more time, with the "
                    + "option Patience.");
            }

            await Task.Delay(Look, TimeProvider.System, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Starts another client web server, which is connected like the first one.</summary>
    private async Task AddClientAsync(CancellationToken ct)
    {
        var connections =
            _clientServices!.Where(
                static d =>
                    d.ServiceType == typeof(IGatewayListProvider) || (d.IsKeyedService && d.ServiceType == typeof(IConnectionFactory)))
                        .ToList();
        var host = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = Environments.Development });
        SetUp(host.Services);
        host.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (_cluster.Options.ClusterId, _cluster.Options.ServiceId));
            foreach (var connection in connections)
            {
                client.Services.Add(connection);
            }

            client.AddTaskClient();
        });
        _options.ClientServices(host.Services);
        var built = host.Build();
        _otherClients.Add(built);
        await built.StartAsync(ct).ConfigureAwait(false);
    }

    private void SetUp(IServiceCollection services)
    {
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Warning);

            // The messages that handlers log are kept with their results.
            logging.AddFilter<RunLogProvider>(null, LogLevel.Information);
            _options.Logging(logging);
        });
        services.AddSingleton<TimeProvider>(_clock);
        services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
    }

    private void SetUp(ISiloBuilder silo)
    {
        var number = Interlocked.Increment(ref _number);
        _options.Services(silo.Services);
        _options.Silo(silo);

        // This runs before any timer is set.
        silo.AddStartupTask(
            (services, _) =>
            {
                _clock.OnTurnOf ??= OnTurnOf(services.GetRequiredService<IGrainContextAccessor>());
                return Task.CompletedTask;
            },
            ServiceLifecycleStage.RuntimeInitialize);
        silo.UseInMemoryTasks().AddTasks(
            tasks =>
            {
                _options.Tasks(tasks);
                _options.TasksOfSilo(tasks, number);
            },
            options =>
            {
                options.Partitions = Partitions;
                options.StorageMayForget = false;
                _options.Configure(options);
            });
        silo.Services.AddKeyedSingleton<IGrainStorage>(TaskStorage.Name,
            (s, _) => new StorageLink(_storage, s.GetRequiredKeyedService<IGrainStorageSerializer>(TaskStorage.Name)));

        // The clock is never stepped, and each read of it would count as activity.
        silo.Services.AddSingleton(static s => ActivatorUtilities.CreateInstance<ClockWatcher>(s, TimeProvider.System));
        silo.Services.AddSingleton<IResultPublisher>(s => new NotingPublisher(s.GetRequiredService<ResultPublisher>(), _signals));
    }

    private void SetUp(IClientBuilder client)
    {
        client.AddTaskClient();
        _clientServices = client.Services;
        _options.ClientServices(client.Services);
    }
}
