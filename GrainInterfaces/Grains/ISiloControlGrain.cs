namespace OrleansTasks.Grains;

/// <summary>Takes silos out of service and into it. There is one on every silo; the grain's key means nothing.</summary>
[Alias("OrleansTasks.ISiloControlGrain")]
internal interface ISiloControlGrain : IGrainWithIntegerKey
{
    /// <summary>The silos, in order of their addresses. One that does not answer is there without numbers.</summary>
    [Alias("List")]
    Task<IReadOnlyList<SiloOverview>> ListAsync();

    /// <summary>Has a silo take no new runs, and give its tasks and partitions to others.</summary>
    [Alias("Drain")]
    Task<SiloOverview> DrainAsync(string silo);

    /// <summary>Has a silo take runs again.</summary>
    [Alias("Resume")]
    Task<SiloOverview> ResumeAsync(string silo);
}
