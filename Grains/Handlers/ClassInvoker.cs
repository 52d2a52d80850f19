using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers;

/// <summary>Calls a class as a handler: creates it from the run's scope, calls it, and disposes it.</summary>
internal sealed class ClassInvoker<THandler, TArguments, TResult>(HandlerParameter parameter) : ITaskInvoker
    where THandler : class, ITaskHandler<TArguments, TResult>
{
    private readonly ObjectFactory<THandler> _create = ActivatorUtilities.CreateFactory<THandler>(Type.EmptyTypes);
    private readonly ObjectBinder _binder = new(parameter);
    private readonly ReturnAdapter<TResult> _result = new();

    public IReadOnlyList<HandlerParameter> Parameters { get; } = [parameter];

    public bool TakesAll => true;

    public string? ValueFault { get; } = JsonLoss.OfValue(typeof(TResult));

    public void Check(string task, TaskArguments arguments) => _binder.Bind(task, arguments);

    public async ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue)
    {
        var arguments = (TArguments)_binder.Bind(run.Task, run.Arguments)!;
        var handler = _create(services, null);
        try
        {
            return await _result.OfTask(handler.RunAsync(arguments, run, run.CancellationToken), run.Task, wantsValue)
                .ConfigureAwait(false);
        }
        finally
        {
            await MadeObjects.DisposeAsync(handler, run).ConfigureAwait(false);
        }
    }

    public async ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made)
    {
        var arguments = (TArguments)_binder.Bind(run.Task, run.Arguments)!;
        var handler = _create(services, null);
        made.Add(handler);
        return await ReturnAdapter<TResult>.BoxTask(handler.RunAsync(arguments, run, run.CancellationToken), run.Task)
            .ConfigureAwait(false);
    }

    public byte[]? Write(object? value, string task) => ((IValueWriter)_result).Write(value, task);
}

/// <summary>Creates the invokers of handler classes.</summary>
internal static class ClassInvoker
{
    /// <summary>Compiles a class. Returns null, and adds the faults, if it can never be called.</summary>
    public static ITaskInvoker? Create(string name, Type type, ContainerView container, List<string> faults)
    {
        var shapes = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITaskHandler<,>)).ToArray();
        if (shapes.Length != 1 || type.IsAbstract || type.ContainsGenericParameters)
        {
            faults.Add($"Handler '{name}': {TypeNames.Of(type)} {ShapeFault(shapes.Length)}");
            return null;
        }

        var before = faults.Count;
        var types = shapes[0].GetGenericArguments();
        if (ReturnShape.Fault(types[1]) is { } fault)
        {
            faults.Add($"Handler '{name}': {fault}");
        }

        ConstructorCheck.Check($"Handler '{name}'", type, container, faults);
        var declared = type.GetInterfaceMap(shapes[0]).TargetMethods[0].GetParameters()[0];
        var parameter = new ParameterReading(name, container, faults).ReadArguments(declared, types[0]);
        return faults.Count == before
            ? (ITaskInvoker)Activator.CreateInstance(typeof(ClassInvoker<,,>).MakeGenericType(type, types[0], types[1]), parameter)!
            : null;
    }

    private static string ShapeFault(int shapes) => shapes switch
    {
        0 => "does not implement ITaskHandler<TArguments, TResult>. Implement it.",
        1 => "is abstract, an interface or an open generic type; use a class that can be created.",
        _ => $"implements ITaskHandler<TArguments, TResult> {shapes} times; which one is meant cannot be told. Split the class.",
    };
}
