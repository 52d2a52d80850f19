using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>What the engine makes references with.</summary>
internal class GrainFactoryProxy : DispatchProxy
{
    /// <summary>Makes a reference, from the interface and the key.</summary>
    public Func<Type, IdSpan, object> Make { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args is [Type type, IdSpan key] ? Make(type, key) : throw new NotSupportedException(targetMethod!.Name);
}
