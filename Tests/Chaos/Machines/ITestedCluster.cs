using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos.Machines;

/// <summary>Represents the tested cluster: the checker's own, or another one.</summary>
internal interface ITestedCluster : IAsyncDisposable
{
    /// <summary>Gets how clients join it.</summary>
    ClusterAccess Access { get; }

    /// <summary>Gets what injects faults into it.</summary>
    IFaultMaker Faults { get; }

    /// <summary>Gets the folder with the files <c>*.records</c> that handlers append to.</summary>
    string Records { get; }

    /// <summary>Gets what silos logged about their partitions' storage. Null: the checker cannot read their logs.</summary>
    IReadOnlyList<Notice>? Logged { get; }

    /// <summary>Gets the prefix of the checker's tasks, which sets them apart from others.</summary>
    string Prefix { get; }
}
