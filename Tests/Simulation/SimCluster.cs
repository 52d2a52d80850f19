using System.Collections.Immutable;
using OrleansTasks.Calls;
using OrleansTasks.Storage;

namespace OrleansTasks.Simulation;

/// <summary>Simulates the cluster: its silos, its membership, its grain directory, and its storage.</summary>
internal sealed class SimCluster : IPartitionRegistry
{
    public const string Handler = "work";

    /// <summary>The name of a handler with short runs.</summary>
    public const string Quick = "quick";
    public const int Partitions = 2;

    // The longest time until a silo hears of a change of membership.
    private static readonly TimeSpan SlowestNews = TimeSpan.FromSeconds(2);
    private readonly World _world;
    private readonly Dictionary<SiloAddress, SimSilo> _silos = [];
    private readonly Dictionary<string, SimActivation> _directory = new(StringComparer.Ordinal);

    // A silo that was declared dead without knowing it still finds its own grains at their old place.
    private readonly Dictionary<(SimSilo Silo, string Target), SimActivation> _ofTheDead = [];
    private ImmutableHashSet<SiloAddress> _dead = SiloOrder.Of([]);
    private int _number;
    private int _things;

    public SimCluster(World world, RecordCopier copier, PlantedDefect? defect)
    {
        (_world, Copier, Defect) = (world, copier, defect);
        Network = new Network(world, this);
        Stream = new SimStream(world, Truth);
        Client = new SimGrains(Network, null);
        Options = new TasksOptions { Partitions = Partitions };
    }

    public Network Network { get; }

    public SimStream Stream { get; }

    public SimGrains Client { get; }

    public TasksOptions Options { get; }

    public RecordCopier Copier { get; }

    public Truth Truth { get; } = new();

    /// <summary>Gets the planted defect.</summary>
    public PlantedDefect? Defect { get; }

    /// <summary>Gets the number of activations that each grain has had.</summary>
    public Dictionary<string, int> Activations { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the observers of activations and of their answers.</summary>
    public List<IGrainWatch> Watches { get; } = [];

    public Dictionary<(string Name, GrainId Grain), (byte[] Row, long Tag)> Rows { get; } = [];

    /// <summary>Gets the silos that run, even if they were declared dead.</summary>
    public IReadOnlyList<SimSilo> Running => [.. _silos.Values.Where(s => !s.IsLost)];

    /// <summary>Gets the present membership.</summary>
    public SiloList Members { get; private set; } = new(0, SiloOrder.Of([]), SiloOrder.Of([]));

    /// <summary>Returns a number that nothing else has.</summary>
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

        // A silo reads the membership before it joins.
        silo.View.Learn(Members);
    }

    /// <summary>Declares a silo dead, whether it is or not. A silo that lives detects this a little later, and ends.</summary>
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

    /// <summary>Stops placing grains on a silo that is about to stop.</summary>
    public void Leave(SimSilo silo)
    {
        _world.Tell($"{silo} leaves");
        silo.IsLeaving = true;
        TellAll();
    }

    /// <summary>Ends a silo that has stopped, and declares it dead.</summary>
    public void Lose(SimSilo silo)
    {
        silo.Kill();
        Declare(silo);
    }

    /// <summary>
    /// Returns the activation of a grain, as a silo or the client finds it. Activates the grain if needed. Returns null if there is no
    /// silo.
    /// </summary>
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

    /// <summary>
    /// Returns a running silo that was declared dead and to which a client may still be connected. Returns null if there is none, or if the
    /// client uses another silo.
    /// </summary>
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

    /// <summary>Deactivates a random grain.</summary>
    public void DeactivateAny()
    {
        var active = _directory.Values.Where(a => a.Silo is { IsLost: false, IsStill: false }).ToList();
        if (active.Count > 0)
        {
            active[_world.Chance.Next(active.Count)].Deactivate();
        }
    }

    /// <summary>Keeps the partitions active, as the silos' supervisors do.</summary>
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
        var members = new SiloList(Members.Version + 1,
            SiloOrder.Of(_silos.Values.Where(s => !s.IsLeaving && !_dead.Contains(s.Address)).Select(static s => s.Address)), _dead);
        Members = members;
        foreach (var silo in _silos.Values.Where(s => !s.IsLost))
        {
            _world.After(_world.Some(TimeSpan.FromMilliseconds(1), SlowestNews), () => silo.View.Learn(members), silo);
        }
    }
}
