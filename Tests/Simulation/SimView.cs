using System.Collections.Immutable;
using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

/// <summary>The cluster as one silo sees it, a little later than it is.</summary>
internal sealed class SimView(SiloAddress local) : IClusterView
{
    private readonly List<Action> _listeners = [];
    private ImmutableHashSet<SiloAddress> _dead = [];
    private ImmutableArray<SiloAddress> _inOrder = [local];
    private int _version;

    public SiloAddress Local => local;

    public ImmutableHashSet<SiloAddress> Alive { get; private set; } = SiloOrder.Of([local]);

    public IEnumerable<string> Handlers => [SimCluster.Handler, SimCluster.Quick];

    public ImmutableArray<SiloAddress> SilosWith(string handler) => handler is SimCluster.Handler or SimCluster.Quick ? _inOrder : [];

    public bool IsActive(SiloAddress silo) => Alive.Contains(silo);

    public bool IsGone(SiloAddress silo) => _dead.Contains(silo);

    public IDisposable Listen(Action onChange)
    {
        _listeners.Add(onChange);
        return new Listener(_listeners, onChange);
    }

    /// <summary>Takes what is so now.</summary>
    public void Learn(int version, ImmutableHashSet<SiloAddress> alive, ImmutableHashSet<SiloAddress> dead)
    {
        if (version <= _version)
        {
            return;
        }

        _version = version;
        (Alive, _dead, _inOrder) = (alive, dead, [.. alive.OrderBy(static s => s.Endpoint.Port)]);
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
