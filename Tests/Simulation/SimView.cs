using System.Collections.Immutable;
using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

/// <summary>Represents the cluster as one silo sees it, a little late.</summary>
internal sealed class SimView(World world, SimCluster cluster, SimSilo silo) : IClusterView
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(20);
    private readonly List<Action> _listeners = [];
    private ImmutableHashSet<SiloAddress> _dead = [];
    private ImmutableArray<SiloAddress> _inOrder = [silo.Address];
    private int _version;

    public SiloAddress Local => silo.Address;

    public ImmutableHashSet<SiloAddress> Alive { get; private set; } = SiloOrder.Of([silo.Address]);

    public IEnumerable<string> Handlers => [SimCluster.Handler, SimCluster.Quick];

    public ImmutableArray<SiloAddress> SilosWith(string handler) => handler is SimCluster.Handler or SimCluster.Quick ? _inOrder : [];

    public ImmutableArray<SiloAddress> TakersOf(string handler) => SilosWith(handler);

    public ImmutableHashSet<SiloAddress> Drained => [];

    public bool IsActive(SiloAddress silo) => Alive.Contains(silo);

    public bool IsGone(SiloAddress silo) => _dead.Contains(silo);

    public long Version => _version;

    public Task RefreshAsync()
    {
        var done = new TaskCompletionSource();
        world.After(world.Some(Least, Most), () =>
        {
            var members = cluster.Members;
            world.After(world.Some(Least, Most), () =>
            {
                Learn(members);
                done.SetResult();
            }, silo);
        });
        return done.Task;
    }

    public IDisposable Listen(Action onChange)
    {
        _listeners.Add(onChange);
        return new Listener(_listeners, onChange);
    }

    /// <summary>Applies a newer membership.</summary>
    public void Learn(SiloList members)
    {
        if (members.Version <= _version)
        {
            return;
        }

        // A leaving silo counts itself as active until it is gone.
        (_version, Alive, _dead, _inOrder) = (members.Version, members.Alive.Add(silo.Address), members.Dead,
            members.InOrder.Contains(silo.Address) ? members.InOrder : members.InOrder.Add(silo.Address));
        foreach (var listener in _listeners.ToList())
        {
            listener();
        }
    }

    private sealed class Listener(List<Action> listeners, Action onChange) : IDisposable
    {
        public void Dispose() => listeners.Remove(onChange);
    }
}
