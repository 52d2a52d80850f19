using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>Creates the grain references of the engine.</summary>
internal class GrainFactoryProxy : DispatchProxy
{
    /// <summary>Gets or sets the function that creates a reference from the interface and the key.</summary>
    public Func<Type, IdSpan, object> Make { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        args is [Type type, IdSpan key] ? Make(type, key) : throw new NotSupportedException(targetMethod!.Name);
}
