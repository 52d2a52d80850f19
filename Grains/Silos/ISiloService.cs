using Orleans.Concurrency;
using Orleans.Services;

namespace OrleansTasks.Silos;

/// <summary>Defines the calls between silos to drain a silo, and to announce that a silo is drained.</summary>
[Alias("OrleansTasks.ISiloService")]
internal interface ISiloService : IGrainService
{
    /// <summary>Makes the silo take no new runs, and give its tasks and partitions to others.</summary>
    /// <returns>The silo, when they are moved or it has taken too long. In that case the rest follows later.</returns>
    [Alias("Drain")]
    Task<SiloOverview> DrainAsync();

    /// <summary>Makes the silo take runs again.</summary>
    [Alias("Resume")]
    Task<SiloOverview> ResumeAsync();

    /// <summary>Returns the silo's present state.</summary>
    [Alias("Describe"), AlwaysInterleave]
    Task<SiloOverview> DescribeAsync();

    /// <summary>Records what another silo says about itself.</summary>
    /// <param name="silo">The other silo.</param>
    /// <param name="isDrained">Whether it is drained.</param>
    /// <param name="version">How often the silo has changed this.</param>
    [Alias("NoteDrained")]
    Task NoteDrainedAsync(SiloAddress silo, bool isDrained, long version);
}
