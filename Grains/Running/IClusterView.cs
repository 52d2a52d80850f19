using System.Collections.Immutable;

namespace OrleansTasks.Running;

/// <summary>Shows the cluster to the tasks of a silo.</summary>
internal interface IClusterView
{
    /// <summary>Gets this silo.</summary>
    SiloAddress Local { get; }

    ImmutableHashSet<SiloAddress> Alive { get; }

    /// <summary>Gets the handlers of all silos that are alive.</summary>
    IEnumerable<string> Handlers { get; }

    /// <summary>Returns the silos that are alive and have a handler.</summary>
    ImmutableArray<SiloAddress> SilosWith(string handler);

    /// <summary>Returns the silos with a handler that take runs, because they are not drained.</summary>
    ImmutableArray<SiloAddress> TakersOf(string handler);

    /// <summary>Gets the silos that are drained: they are alive, but take no runs.</summary>
    ImmutableHashSet<SiloAddress> Drained { get; }

    /// <summary>Decides whether a silo is active in the cluster, as far as this silo knows.</summary>
    bool IsActive(SiloAddress silo);

    /// <summary>Decides whether a silo was declared dead, or left.</summary>
    bool IsGone(SiloAddress silo);

    /// <summary>Gets the version of the list of silos that is known here. Silos with the same version know the same list.</summary>
    long Version { get; }

    /// <summary>
    /// Updates the list, so that it includes all silos that are active at the time of the call. Others may have learned of a new silo
    /// before this one.
    /// </summary>
    Task RefreshAsync();

    /// <summary>Registers a callback that is called, on any thread, after each change.</summary>
    IDisposable Listen(Action onChange);
}
