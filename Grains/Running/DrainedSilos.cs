using System.Collections.Immutable;

namespace OrleansTasks.Running;

/// <summary>Keeps the silos that an operator has drained: they are alive, but take no new runs, tasks or partitions.</summary>
/// <param name="local">This silo.</param>
internal sealed class DrainedSilos(ILocalSiloDetails local)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, long> _versions = [];
    private volatile bool _isHere;
    private ImmutableHashSet<SiloAddress> _silos = [];

    /// <summary>Raised, on any thread, after a silo was drained or takes runs again.</summary>
    public event Action? Changed;

    /// <summary>Gets whether this silo is drained.</summary>
    public bool IsHere => _isHere;

    /// <summary>Gets all silos that are known to be drained.</summary>
    public ImmutableHashSet<SiloAddress> All => Volatile.Read(ref _silos);

    /// <summary>Records what a silo says about itself.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="isDrained">Whether it is drained.</param>
    /// <param name="version">How often the silo has changed this. A version older than the known one is ignored.</param>
    public void Note(SiloAddress silo, bool isDrained, long version)
    {
        lock (_gate)
        {
            if (_versions.TryGetValue(silo, out var known) && known >= version)
            {
                return;
            }

            _versions[silo] = version;
            var silos = isDrained ? _silos.Add(silo) : _silos.Remove(silo);
            if (silos == _silos)
            {
                return;
            }

            Volatile.Write(ref _silos, silos);
            _isHere = silos.Contains(local.SiloAddress);
        }

        Changed?.Invoke();
    }

    /// <summary>Forgets silos that have left the cluster.</summary>
    public void Forget(Func<SiloAddress, bool> isGone)
    {
        lock (_gate)
        {
            foreach (var silo in _versions.Keys.Where(isGone).ToList())
            {
                _versions.Remove(silo);
                Volatile.Write(ref _silos, _silos.Remove(silo));
            }
        }
    }

    /// <summary>
    /// Returns those of the given silos that are not drained. If all are drained, it returns all, because grains must be somewhere.
    /// </summary>
    public IReadOnlyList<SiloAddress> Without(IReadOnlyList<SiloAddress> silos)
    {
        var drained = All;
        if (drained.IsEmpty || !silos.Any(drained.Contains))
        {
            return silos;
        }

        var left = silos.Where(s => !drained.Contains(s)).ToList();
        return left.Count > 0 ? left : silos;
    }
}
