using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos.Machines;

/// <summary>The cluster under test, be it the checker's own or somebody else's.</summary>
internal interface ITestedCluster : IAsyncDisposable
{
    /// <summary>How clients get into it.</summary>
    ClusterAccess Access { get; }

    /// <summary>Who does faults to it.</summary>
    IFaultMaker Faults { get; }

    /// <summary>The folder of the files <c>*.records</c> that handlers append to.</summary>
    string Records { get; }

    /// <summary>What silos logged of their partitions' storage; null where their logs are not the checker's to read.</summary>
    IReadOnlyList<Notice>? Logged { get; }

    /// <summary>What the names of the checker's tasks begin with, so that they are nobody else's.</summary>
    string Prefix { get; }
}
