using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

/// <summary>Reaches the runners of silos from one of them.</summary>
internal sealed class SimRunners(Network network, SimSilo from) : IRunnerClient
{
    public IRunnerService On(SiloAddress silo) => network.Refer<IRunnerService>(from, "runner", silo);
}
