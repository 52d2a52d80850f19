using System.Collections.Immutable;
using OrleansTasks.Calls;
using OrleansTasks.Storage;

namespace OrleansTasks.Simulation;

/// <summary>The cluster: its silos, who is taken for dead, where grains are active, and what is stored.</summary>
internal sealed class SimCluster : IPartitionRegistry
{
    public const string Handler = "work";

    /// <summary>A handler whose runs are short.</summary>
    public const string Quick = "quick";
    public const int Partitions = 2;

    // How long it may take until a silo hears who has come and gone.
    private static readonly TimeSpan SlowestNews = TimeSpan.FromSeconds(2);
    private readonly World _world;
    private readonly Dictionary<SiloAddress, SimSilo> _silos = [];
    private readonly Dictionary<string, SimActivation> _directory = new(StringComparer.Ordinal);

    // A silo that was declared dead, and does not know it, goes on finding its own grains where they were.
    private readonly Dictionary<(SimSilo Silo, string Target), SimActivation> _ofTheDead = [];
    private ImmutableHashSet<SiloAddress> _dead = SiloOrder.Of([]);
    private int _number;
    private int _things;

    public SimCluster(World world, RecordCopier copier, PlantedDefect? defect)
    {
        (_world, Copier, Defect) = (world, copier, defect);
        Network = new Network(world, this);
        Stream = new SimStream(world);
        Client = new SimGrains(Network, null);
        Options = new TasksOptions { Partitions = Partitions };
    }

    public Network Network { get; }

    public SimStream Stream { get; }

    public SimGrains Client { get; }

    public TasksOptions Options { get; }

    public RecordCopier Copier { get; }

    public Truth Truth { get; } = new();

    /// <summary>What is wrong with it.</summary>
    public PlantedDefect? Defect { get; }

    /// <summary>How many activations each grain has had.</summary>
    public Dictionary<string, int> Activations { get; } = new(StringComparer.Ordinal);

    /// <summary>Who is told of activations, and of the calls that they answer.</summary>
    public List<IGrainWatch> Watches { get; } = [];

    public Dictionary<(string Name, GrainId Grain), (byte[] Row, long Tag)> Rows { get; } = [];

    /// <summary>The silos that run, whatever others take them for.</summary>
    public IReadOnlyList<SimSilo> Running => [.. _silos.Values.Where(s => !s.IsLost)];

    /// <summary>Which silos there are now.</summary>
    public SiloList Members { get; private set; } = new(0, SiloOrder.Of([]), SiloOrder.Of([]));

    /// <summary>A number that nothing else has.</summary>
    public int NextNumber() => ++_things;

    public SimSilo? Find(SiloAddress address) => _silos.GetValueOrDefault(address);

    public bool IsDead(SiloAddress address) => _dead.Contains(address);

    Task<bool> IPartitionRegistry.HasAsync(int partition) => Task.FromResult(false);

    public void Start()
    {
        var silo = new SimSilo(_world, this, ++_number);
        _silos[silo.Address] = silo;
        _world.Tell($"{silo} starts");
        TellAll();

        // It has read who is there before it takes part.
        silo.View.Learn(Members);
    }

    /// <summary>Takes a silo for dead, whether it is or not. One that is not finds that out a little later, and ends.</summary>
    public void Declare(SimSilo silo)
    {
        if (_dead.Contains(silo.Address))
        {
            return;
        }

        _world.Tell($"{silo} is declared dead");
        _dead = _dead.Add(silo.Address);
        Truth.LastFound = World.Begin + _world.Now;
        silo.NoteGone();
        foreach (var target in _directory.Where(d => d.Value.Silo == silo).Select(d => d.Key).ToList())
        {
            _directory.Remove(target, out var activation);
            _ofTheDead[(silo, target)] = activation!;
        }

        Network.FailCallsTo(silo);
        TellAll();
        if (!silo.IsLost)
        {
            Truth.FirstUndead ??= World.Begin + _world.Now;
            _world.After(_world.Some(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)), silo.Kill, silo);
        }
    }

    /// <summary>A silo takes no more grains, because it is about to stop.</summary>
    public void Leave(SimSilo silo)
    {
        _world.Tell($"{silo} leaves");
        silo.IsLeaving = true;
        TellAll();
    }

    /// <summary>A silo has stopped.</summary>
    public void Lose(SimSilo silo)
    {
        silo.Kill();
        Declare(silo);
    }

    /// <summary>Where a silo, or the client, finds a grain, which is activated for the call if it is not active; null if there is no silo.</summary>
    public SimActivation? Locate(string target, SimSilo? from)
    {
        if (from is not null && _ofTheDead.TryGetValue((from, target), out var own) && !own.Gone.IsCompleted)
        {
            return own;
        }

        if (!_directory.TryGetValue(target, out var activation))
        {
            var silos = _silos.Values.Where(s => !_dead.Contains(s.Address) && !s.IsLeaving).ToList();
            if (silos.Count == 0)
            {
                return null;
            }

            var silo = silos[_world.Chance.Next(silos.Count)];
            _world.Tell($"{silo} activates {target}");
            _directory[target] = activation = silo.Activate(target);
        }

        return activation;
    }

    /// <summary>A silo that is taken for dead and lives, which a client may still be connected to; null if there is none, or the client takes another one.</summary>
    public SimSilo? AnyGatewayOfTheDead()
    {
        var undead = _ofTheDead.Count == 0 ? null : Running.FirstOrDefault(s => s is { IsStill: false } && IsDead(s.Address));
        return undead is not null && _world.Happens(0.3) ? undead : null;
    }

    public void Remove(SimActivation activation)
    {
        if (_directory.GetValueOrDefault(activation.Target) == activation)
        {
            _directory.Remove(activation.Target);
        }
    }

    /// <summary>Has some grain leave memory.</summary>
    public void DeactivateAny()
    {
        var active = _directory.Values.Where(a => a.Silo is { IsLost: false, IsStill: false }).ToList();
        if (active.Count > 0)
        {
            active[_world.Chance.Next(active.Count)].Deactivate();
        }
    }

    /// <summary>Has the partitions active, as the supervisors of silos do.</summary>
    public void Supervise()
    {
        if (Running is { Count: > 0 } silos)
        {
            var silo = silos[_world.Chance.Next(silos.Count)];
            silo.Do(() =>
            {
                for (var p = 0; p < Partitions; p++)
                {
                    silo.Grains.Partition<IPartition>(p).EnsureAsync().Ignore();
                }
            });
        }

        _world.After(TimeSpan.FromSeconds(2), Supervise);
    }

    private void TellAll()
    {
        var members = new SiloList(Members.Version + 1, SiloOrder.Of(_silos.Values.Where(s => !s.IsLeaving && !_dead.Contains(s.Address)).Select(static s => s.Address)), _dead);
        Members = members;
        foreach (var silo in _silos.Values.Where(s => !s.IsLost))
        {
            _world.After(_world.Some(TimeSpan.FromMilliseconds(1), SlowestNews), () => silo.View.Learn(members), silo);
        }
    }
}
