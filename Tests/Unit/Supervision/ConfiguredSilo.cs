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

/// <summary>What one silo does with its configuration, towards partitions and groups that answer as the test says.</summary>
internal sealed class ConfiguredSilo : IDisposable
{
    private readonly HandlerRig _handlers;
    private readonly Settings _settings;

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
        Applier = new ConfigurationApplier(new ConfigurationReader(builder!.ConfigurationRules, _handlers.Catalog, options), _handlers.Catalog, cluster.Face, grains, options, Clock, Log);
        Supervisor = new PartitionSupervisor(
            grains, _handlers.Catalog, cluster.Face, new PartitionRegistry(null!, options, Clock, NullLogger<PartitionRegistry>.Instance), Applier, options, Clock, NullLogger<PartitionSupervisor>.Instance);
        First.On(nameof(IPartition.BeginConfigurationAsync), _ => Task.FromResult(Turn()));
        First.On(nameof(IPartition.EndConfigurationAsync), static _ => Task.FromResult<IReadOnlyList<string>>([]));
        foreach (var partition in new[] { First, Second })
        {
            partition.On(nameof(IPartition.EnsureAsync), static _ => Task.FromResult(new PartitionIdentity(Guid.Empty, 2)));
            partition.On(nameof(IPartition.ConfigureAsync), static _ => Task.FromResult(ConfigurationReply.Nothing));
        }

        Applier.Listen(static () => { });
    }

    public FakeTimeProvider Clock { get; } = new();

    public LogLines<ConfigurationApplier> Log { get; } = new(LogLevel.Debug);

    /// <summary>Partition 0, which decides.</summary>
    public FakeOf<IPartition> First { get; } = FakeOf<IPartition>.New();

    public FakeOf<IPartition> Second { get; } = FakeOf<IPartition>.New();

    /// <summary>Every group.</summary>
    public FakeOf<IRunGroupEngine> Group { get; } = FakeOf<IRunGroupEngine>.New();

    public ConfigurationApplier Applier { get; }

    public PartitionSupervisor Supervisor { get; }

    /// <summary>What partition 0 says to a configuration.</summary>
    public Func<ConfigurationTurn> Turn { get; set; } = static () => new ConfigurationTurn { Number = 7 };

    public IReadOnlyList<ConfigurationOffer> Offers => [.. First.CallsOf(nameof(IPartition.BeginConfigurationAsync)).Select(static a => (ConfigurationOffer)a[0]!)];

    /// <summary>The names of the tasks that partitions were told of, at each time.</summary>
    public IReadOnlyList<string> Configured =>
        [.. First.CallsOf(nameof(IPartition.ConfigureAsync)).Zip(Second.CallsOf(nameof(IPartition.ConfigureAsync)), static (a, b) => string.Join(' ', new[] { a, b }.SelectMany(static c => ((PartitionConfiguration)c[0]!).Tasks).Select(static t => t.Task.Name).Order(StringComparer.Ordinal)))];

    /// <summary>Does what the supervisor does every few seconds.</summary>
    public Task LookAsync(bool anew = false) => Applier.ApplyAsync(anew);

    /// <summary>Writes the file anew.</summary>
    public Task ChangeAsync(string json)
    {
        _settings.Set(json);
        return LookAsync();
    }

    /// <summary>Loses what the file said, as a provider does that cannot read it any more: nobody is told.</summary>
    public void Break() => _settings.Clear();

    public void Dispose()
    {
        Applier.Dispose();
        _handlers.Dispose();
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
            new(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().AsEnumerable(), StringComparer.OrdinalIgnoreCase);
    }
}
