using System.Globalization;
using System.Reflection;
using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Simulation;

/// <summary>Creates grain references for one silo or for the client.</summary>
internal sealed class SimGrains
{
    public const string PartitionPrefix = "partition ";
    public const string GroupPrefix = "group ";
    public const string BatchPrefix = "batch ";
    public const string ArchivePrefix = "archive ";
    public const string TaskPrefix = "task ";
    private readonly Dictionary<(Type Type, IdSpan Key), object> _made = [];
    private readonly Dictionary<(Type Type, string Target), object> _references = [];
    private readonly Network _network;
    private readonly SimSilo? _from;

    public SimGrains(Network network, SimSilo? from)
    {
        (_network, _from) = (network, from);
        Factory = DispatchProxy.Create<IGrainFactory, GrainFactoryProxy>();
        ((GrainFactoryProxy)(object)Factory).Make = Make;
    }

    /// <summary>Gets the factory that the engine uses.</summary>
    public IGrainFactory Factory { get; }

    public static int PartitionOf(string target) => int.Parse(target.AsSpan(PartitionPrefix.Length), CultureInfo.InvariantCulture);

    public static int ArchiveOf(string target) => int.Parse(target.AsSpan(ArchivePrefix.Length), CultureInfo.InvariantCulture);

    public static bool IsTask(string target) => target.StartsWith(TaskPrefix, StringComparison.Ordinal);

    public static string TaskOf(string target) => target[TaskPrefix.Length..];

    public static string GroupOf(string target) => target[GroupPrefix.Length..];

    public static Guid BatchOf(string target) => Guid.ParseExact(target.AsSpan(BatchPrefix.Length), "N");

    public T Partition<T>(int partition)
        where T : class => (T)Refer(typeof(T), PartitionPrefix + partition.ToString(CultureInfo.InvariantCulture));

    public T Task<T>(string task)
        where T : class => (T)Refer(typeof(T), TaskPrefix + task);

    public IRunGroupGrain Group(string group) => (IRunGroupGrain)Refer(typeof(IRunGroupGrain), GroupPrefix + group);

    public IBatchGrain Batch(Guid batch) => (IBatchGrain)Refer(typeof(IBatchGrain), BatchPrefix + batch.ToString("N"));

    public IRunArchiveGrain Archive(int partition) =>
        (IRunArchiveGrain)Refer(typeof(IRunArchiveGrain), ArchivePrefix + partition.ToString(CultureInfo.InvariantCulture));

    private object Make(Type type, IdSpan key) =>
        Kept(_made, (Type: type, Key: key), k => Refer(k.Type, TargetOf(k.Type, GrainId.Create(GrainType.Create("p"), k.Key))));

    private static string TargetOf(Type type, GrainId id) =>
        type == typeof(IRunArchiveGrain) || type == typeof(IRunArchiveEngine)
            ? ArchivePrefix + id.GetIntegerKey().ToString(CultureInfo.InvariantCulture)
        : typeof(IGrainWithIntegerKey).IsAssignableFrom(type) ? PartitionPrefix + id.GetIntegerKey().ToString(CultureInfo.InvariantCulture)
        : typeof(IGrainWithGuidKey).IsAssignableFrom(type) ? BatchPrefix + id.GetGuidKey().ToString("N")
        : (type == typeof(IRunGroupEngine) ? GroupPrefix : TaskPrefix) + id.Key;

    private object Refer(Type type, string target) =>
        Kept(_references, (Type: type, Target: target), k => _network.Refer(k.Type, _from, k.Target));

    private static object Kept<TKey>(Dictionary<TKey, object> kept, TKey key, Func<TKey, object> make)
        where TKey : notnull
    {
        if (!kept.TryGetValue(key, out var reference))
        {
            kept[key] = reference = make(key);
        }

        return reference;
    }
}
