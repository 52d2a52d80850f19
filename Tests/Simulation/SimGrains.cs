using System.Globalization;
using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>Makes references to grains for one silo, or for the client.</summary>
internal sealed class SimGrains
{
    public const string PartitionPrefix = "partition ";
    private const string TaskPrefix = "task ";
    private static readonly MethodInfo Making = typeof(SimGrains).GetMethod(nameof(MakeOf), BindingFlags.NonPublic | BindingFlags.Instance)!;
    private readonly Network _network;
    private readonly SimSilo? _from;

    public SimGrains(Network network, SimSilo? from)
    {
        (_network, _from) = (network, from);
        Factory = DispatchProxy.Create<IGrainFactory, GrainFactoryProxy>();
        ((GrainFactoryProxy)(object)Factory).Make = Make;
    }

    /// <summary>The same as the engine has it.</summary>
    public IGrainFactory Factory { get; }

    public static int PartitionOf(string target) => int.Parse(target.AsSpan(PartitionPrefix.Length), CultureInfo.InvariantCulture);

    public static string TaskOf(string target) => target[TaskPrefix.Length..];

    public T Partition<T>(int partition)
        where T : class => _network.Refer<T>(_from, PartitionPrefix + partition.ToString(CultureInfo.InvariantCulture));

    public T Task<T>(string task)
        where T : class => _network.Refer<T>(_from, TaskPrefix + task);

    private object Make(Type type, IdSpan key)
    {
        var target = typeof(IGrainWithIntegerKey).IsAssignableFrom(type) ? PartitionPrefix + GrainId.Create(GrainType.Create("p"), key).GetIntegerKey().ToString(CultureInfo.InvariantCulture) : TaskPrefix + key;
        return Making.MakeGenericMethod(type).Invoke(this, [target])!;
    }

    private object MakeOf<T>(string target)
        where T : class => _network.Refer<T>(_from, target);
}
