using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>Represents a reference to a grain, as the engine on one silo has it.</summary>
internal class CallProxy : DispatchProxy
{
    private Network _network = null!;
    private SimSilo? _from;
    private string _target = "";
    private SiloAddress? _silo;

    public void Set(Network network, SimSilo? from, string target, SiloAddress? silo) =>
        (_network, _from, _target, _silo) = (network, from, target, silo);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _network.Call(_from, _target, _silo, targetMethod!, args ?? []);
}
