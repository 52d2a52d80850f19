namespace OrleansTasks.Silos;

/// <summary>Reaches the <see cref="ISiloService"/> of silos.</summary>
internal interface ISiloServiceClient
{
    /// <summary>That of a silo.</summary>
    ISiloService On(SiloAddress silo);
}
