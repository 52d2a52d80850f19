using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

/// <summary>Reaches the runners of all silos from one silo.</summary>
internal sealed class SimRunners(Network network, SimSilo from) : IRunnerClient
{
    private readonly Dictionary<SiloAddress, IRunnerService> _runners = [];

    public IRunnerService On(SiloAddress silo)
    {
        if (!_runners.TryGetValue(silo, out var runner))
        {
            _runners[silo] = runner = (IRunnerService)network.Refer(typeof(IRunnerService), from, "runner", silo);
        }

        return runner;
    }
}
