using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Calls;
using OrleansTasks.Configured;
using OrleansTasks.Running;
using OrleansTasks.Storage;
using OrleansTasks.Supervision;

namespace OrleansTasks.Tests.Unit;

/// <summary>Runs the configuration part of one silo. Partitions and groups answer as the test says.</summary>
internal sealed class ConfiguredSilo : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HandlerRig _handlers;
    private readonly Settings _settings;
    private Task? _running;

    public ConfiguredSilo(string json, Action<TasksBuilder>? code = null)
    {
        _settings = new Settings(json);
        TasksBuilder? builder = null;
        _handlers = new HandlerRig(t =>
        {
            code?.Invoke(t);
            builder = t.FromConfiguration(new ConfigurationBuilder().Add(_settings).Build().GetSection("OrleansTasks"));
        });
        var options = Options.Create(new TasksOptions { Partitions = 2, StorageMayForget = true });
        var cluster = FakeOf<IClusterView>.New()
            .On(nameof(IClusterView.SilosWith), static _ => ImmutableArray.Create(TaskRig.Here))
            .On(nameof(IClusterView.Listen), static _ => FakeOf<IDisposable>.New().Face);
        var grains = FakeOf<IGrainFactory>.New().On(nameof(IGrainFactory.GetGrain), a => (Type)a[0]! != typeof(IPartition) ? Group.Face
            : (IdSpan)a[1]! == GrainIdKeyExtensions.CreateIntegerKey(0) ? First.Face : Second.Face).Face;
        Applier = new ConfigurationApplier(
            new ConfigurationReader(builder!.ConfigurationRules, _handlers.Catalog, options),
            new ConfigurationDelivery(_handlers.Catalog, cluster.Face, grains, options, Log), cluster.Face, options, Clock, Log);
        Supervisor = new PartitionSupervisor(
            grains, _handlers.Catalog, cluster.Face, new PartitionRegistry(null!, options, Clock, NullLogger<PartitionRegistry>.Instance),
            Applier, options, Clock, SupervisorLog);
        First.On(nameof(IPartition.BeginConfigurationAsync), _ => Task.FromResult(Turn()));
        First.On(nameof(IPartition.EndConfigurationAsync), static _ => Task.FromResult<IReadOnlyList<string>>([]));
        foreach (var partition in new[] { First, Second })
        {
            partition.On(nameof(IPartition.EnsureAsync), static _ => Task.FromResult(new PartitionIdentity(Guid.Empty, 2)));
            partition.On(nameof(IPartition.ConfigureAsync), static _ => Task.FromResult(ConfigurationReply.Nothing));
        }
    }

    public static TimeSpan Period { get; } = new TasksOptions().SupervisionPeriod;

    public WaitedClock Clock { get; } = new();

    public LogLines<ConfigurationApplier> Log { get; } = new(LogLevel.Debug);

    public LogLines<PartitionSupervisor> SupervisorLog { get; } = new();

    /// <summary>Gets partition 0, which makes the decision.</summary>
    public FakeOf<IPartition> First { get; } = FakeOf<IPartition>.New();

    public FakeOf<IPartition> Second { get; } = FakeOf<IPartition>.New();

    /// <summary>Gets the grain that stands for every group.</summary>
    public FakeOf<IRunGroupEngine> Group { get; } = FakeOf<IRunGroupEngine>.New();

    public ConfigurationApplier Applier { get; }

    public PartitionSupervisor Supervisor { get; }

    /// <summary>Gets or sets partition 0's answer to a configuration.</summary>
    public Func<ConfigurationTurn> Turn { get; set; } = static () => new ConfigurationTurn { Number = 7 };

    public IReadOnlyList<ConfigurationOffer> Offers =>
        [.. First.CallsOf(nameof(IPartition.BeginConfigurationAsync)).Select(static a => (ConfigurationOffer)a[0]!)];

    /// <summary>Gets the task names that partitions were told, for each call.</summary>
    public IReadOnlyList<string> Configured =>
        [.. First.CallsOf(nameof(IPartition.ConfigureAsync))
            .Zip(Second.CallsOf(nameof(IPartition.ConfigureAsync)),
                static (a, b) =>
                    string.Join(' ',
                        new[] { a, b }.SelectMany(static c => ((PartitionConfiguration)c[0]!).Tasks).Select(static t => t.Task.Name)
                            .Order(StringComparer.Ordinal)))];

    /// <summary>Starts the applier, or lets it look again, and waits until it has finished.</summary>
    public async Task LookAsync(bool anew = false)
    {
        if (_running is null)
        {
            await Applier.StartAsync(_stop.Token);
            await RunAsync();
        }
        else if (anew)
        {
            await Clock.UntilWaitsAsync(Applier.NoteMet);
        }
        else
        {
            await Clock.UntilWaitsAsync(() => Clock.Advance(Period));
        }
    }

    /// <summary>Starts the applier in the background, and waits until it has looked once.</summary>
    public Task RunAsync() => Clock.UntilWaitsAsync(() => _running = Task.Run(() => Applier.RunAsync(_stop.Token)), waits: 2);

    /// <summary>Stops the applier, and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running!.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Writes the file, and waits until the applier has looked at it.</summary>
    public Task ChangeAsync(string json) => Clock.UntilWaitsAsync(() => Write(json));

    /// <summary>Writes the file.</summary>
    public void Write(string json) => _settings.Set(json);

    /// <summary>Loses the content of the file without notice, as a provider does that can no longer read it.</summary>
    public void Break() => _settings.Clear();

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _handlers.Dispose();
    }

    /// <summary>Provides a clock that the test moves, and that reports when somebody starts to wait.</summary>
    internal sealed class WaitedClock : FakeTimeProvider
    {
        private readonly SemaphoreSlim _waits = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _waits.Release();
            return timer;
        }

        /// <summary>Runs an action, and waits until so many waits have started since.</summary>
        public async Task UntilWaitsAsync(Action action, int waits = 1)
        {
            while (_waits.Wait(0, TestContext.Current.CancellationToken))
            {
            }

            action();
            for (var n = 0; n < waits; n++)
            {
                await _waits.WaitAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    private sealed class Settings : ConfigurationProvider, IConfigurationSource
    {
        public Settings(string json) => Data = Read(json);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Set(string json)
        {
            Data = Read(json);
            OnReload();
        }

        public void Clear() => Data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

        private static Dictionary<string, string?> Read(string json) =>
            new(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().AsEnumerable(),
                StringComparer.OrdinalIgnoreCase);
    }
}
