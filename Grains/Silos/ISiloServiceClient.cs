namespace OrleansTasks.Silos;

/// <summary>Calls the <see cref="ISiloService"/> of silos.</summary>
internal interface ISiloServiceClient
{
    /// <summary>Returns the service of a silo.</summary>
    ISiloService On(SiloAddress silo);
}
