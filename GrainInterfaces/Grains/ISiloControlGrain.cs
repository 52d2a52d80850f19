namespace OrleansTasks.Grains;

/// <summary>Drains and resumes silos. There is one on every silo; the grain's key has no meaning.</summary>
[Alias("OrleansTasks.ISiloControlGrain")]
internal interface ISiloControlGrain : IGrainWithIntegerKey
{
    /// <summary>Returns the silos, in the order of their addresses. A silo that does not answer is listed without numbers.</summary>
    [Alias("List")]
    Task<IReadOnlyList<SiloOverview>> ListAsync();

    /// <summary>Makes a silo take no new runs, and give its tasks and partitions to others.</summary>
    [Alias("Drain")]
    Task<SiloOverview> DrainAsync(string silo);

    /// <summary>Makes a silo take runs again.</summary>
    [Alias("Resume")]
    Task<SiloOverview> ResumeAsync(string silo);
}
