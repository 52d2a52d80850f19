using System.Reflection;
using Orleans.Serialization.Invocation;

namespace OrleansTasks.Simulation;

/// <summary>Represents a call to a filter, which can only let it through.</summary>
internal sealed class SimCallContext(PendingCall call, Grain grain) : IIncomingGrainCallContext
{
    public IInvokable Request => throw new NotSupportedException();

    public object Grain => grain;

    public GrainId? SourceId => null;

    public GrainId TargetId => throw new NotSupportedException();

    public GrainInterfaceType InterfaceType => throw new NotSupportedException();

    public string InterfaceName => throw new NotSupportedException();

    public string MethodName => call.Method.Name;

    public MethodInfo InterfaceMethod => call.Method;

    public object? Result { get; set; }

    public Response? Response { get; set; }

    public IGrainContext TargetContext => throw new NotSupportedException();

    public MethodInfo ImplementationMethod => throw new NotSupportedException();

    public Task Invoke() => call.Begin(grain);
}
