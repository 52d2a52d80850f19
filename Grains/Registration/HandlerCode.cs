using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Registration;

/// <summary>
/// Represents the code of a handler before it is compiled. Two instances are equal for the same method on the same target, or for the same
/// class.
/// </summary>
internal abstract record HandlerCode
{
    public abstract ITaskInvoker? Compile(string name, ContainerView container, List<string> faults);
}

internal sealed record DelegateCode(Delegate Handler) : HandlerCode
{
    public override ITaskInvoker? Compile(string name, ContainerView container, List<string> faults) =>
        DelegateInvoker.Create(name, Handler, container, faults);
}

internal sealed record ClassCode(Type Handler) : HandlerCode
{
    public override ITaskInvoker? Compile(string name, ContainerView container, List<string> faults) =>
        ClassInvoker.Create(name, Handler, container, faults);
}
