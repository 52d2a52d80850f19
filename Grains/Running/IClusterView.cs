using System.Collections.Immutable;

namespace OrleansTasks.Running;

/// <summary>The cluster, as the tasks of a silo see it.</summary>
internal interface IClusterView
{
    /// <summary>This silo.</summary>
    SiloAddress Local { get; }

    ImmutableHashSet<SiloAddress> Alive { get; }

    /// <summary>The handlers that silos have that are alive.</summary>
    IEnumerable<string> Handlers { get; }

    /// <summary>The silos that are alive and have a handler.</summary>
    ImmutableArray<SiloAddress> SilosWith(string handler);

    /// <summary>Those of them that take runs: they are not drained.</summary>
    ImmutableArray<SiloAddress> TakersOf(string handler);

    /// <summary>The silos that are drained: they are alive, and take no runs.</summary>
    ImmutableHashSet<SiloAddress> Drained { get; }

    /// <summary>Whether a silo takes part in the cluster, as far as this one knows.</summary>
    bool IsActive(SiloAddress silo);

    /// <summary>Whether a silo was declared dead, or left.</summary>
    bool IsGone(SiloAddress silo);

    /// <summary>Counts the changes of the list of silos that are known here; silos with the same number know the same.</summary>
    long Version { get; }

    /// <summary>Learns of all silos that take part at the time of the call: others may have heard before this one of those that have just joined.</summary>
    Task RefreshAsync();

    /// <summary>Has a callback called, on some thread, after each change.</summary>
    IDisposable Listen(Action onChange);
}
