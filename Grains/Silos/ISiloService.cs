using Orleans.Concurrency;
using Orleans.Services;

namespace OrleansTasks.Silos;

/// <summary>A silo, as others reach it to have it take no more runs, and to say that they take none.</summary>
[Alias("OrleansTasks.ISiloService")]
internal interface ISiloService : IGrainService
{
    /// <summary>Has the silo take no new runs, and give its tasks and partitions to others.</summary>
    /// <returns>The silo, when they are there, or it has taken too long: the rest follows.</returns>
    [Alias("Drain")]
    Task<SiloOverview> DrainAsync();

    /// <summary>Has the silo take runs again.</summary>
    [Alias("Resume")]
    Task<SiloOverview> ResumeAsync();

    /// <summary>The silo as it is now.</summary>
    [Alias("Describe"), AlwaysInterleave]
    Task<SiloOverview> DescribeAsync();

    /// <summary>Takes what another silo says of itself.</summary>
    /// <param name="silo">The other silo.</param>
    /// <param name="isDrained">Whether it is drained.</param>
    /// <param name="version">How often it has changed.</param>
    [Alias("NoteDrained")]
    Task NoteDrainedAsync(SiloAddress silo, bool isDrained, long version);
}
