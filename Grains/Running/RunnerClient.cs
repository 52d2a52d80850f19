using Orleans.Runtime.Services;

namespace OrleansTasks.Running;

/// <summary>Calls the runner of a silo by the silo's address.</summary>
internal sealed class RunnerClient(IServiceProvider services) : GrainServiceClient<IRunnerService>(services), IRunnerClient
{
    public IRunnerService On(SiloAddress silo) => GetGrainService(silo);
}
