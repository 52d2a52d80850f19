using Orleans.Runtime.Services;

namespace OrleansTasks.Silos;

/// <summary>Calls the service of a silo by the silo's address.</summary>
internal sealed class SiloServiceClient(IServiceProvider services) : GrainServiceClient<ISiloService>(services), ISiloServiceClient
{
    public ISiloService On(SiloAddress silo) => GetGrainService(silo);
}
