using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers;

/// <summary>Calls a delegate as a handler. The call is compiled once, so a run needs no reflection.</summary>
internal sealed class DelegateInvoker : ITaskInvoker
{
    private readonly ArgumentBinder _binder;
    private readonly Call _call;

    // Few handlers have filters, which need the value as an object.
    private readonly Lazy<BoxedCall> _boxed;
    private readonly Lazy<IValueWriter> _writer;

    private DelegateInvoker(IReadOnlyList<HandlerParameter> parameters, Delegate handler)
    {
        Parameters = parameters;
        ValueFault = ReturnShape.ValueFault(handler.GetType().GetMethod("Invoke")!.ReturnType);
        _binder = new ArgumentBinder(parameters);
        _call = Compile(parameters, handler);
        _boxed = new Lazy<BoxedCall>(() => CompileBoxed(parameters, handler));
        _writer = new Lazy<IValueWriter>(() => ReturnShape.WriterOf(handler.GetType().GetMethod("Invoke")!.ReturnType));
    }

    public IReadOnlyList<HandlerParameter> Parameters { get; }

    public bool TakesAll => false;

    public string? ValueFault { get; }

    private delegate ValueTask<byte[]?> Call(IServiceProvider services, TaskRunContext run, object?[] arguments, bool wantsValue);

    private delegate ValueTask<object?> BoxedCall(IServiceProvider services, TaskRunContext run, object?[] arguments);

    /// <summary>Compiles a delegate. Returns null, and adds the faults, if it can never be called.</summary>
    public static DelegateInvoker? Create(string name, Delegate handler, ContainerView container, List<string> faults)
    {
        var before = faults.Count;
        if (ShapeFault(handler) is { } shape)
        {
            faults.Add($"Handler '{name}': {shape}");
        }

        var reading = new ParameterReading(name, container, faults);
        var invoke = handler.GetType().GetMethod("Invoke")!.GetParameters();
        var declared = handler.Method.GetParameters();

        // A delegate that is closed over its method's first argument does not have it as a parameter.
        var hidden = Math.Max(0, declared.Length - invoke.Length);
        var parameters = invoke.Select((p, i) => reading.Read(declared[hidden + i], p.ParameterType, p.Name)).ToArray();
        return faults.Count == before ? new DelegateInvoker(parameters!, handler) : null;
    }

    public void Check(string task, TaskArguments arguments) => _binder.Bind(task, arguments);

    public ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue) =>
        _call(services, run, _binder.Bind(run.Task, run.Arguments), wantsValue);

    public ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made) =>
        _boxed.Value(services, run, _binder.Bind(run.Task, run.Arguments));

    public byte[]? Write(object? value, string task) => _writer.Value.Write(value, task);

    private static string? ShapeFault(Delegate handler)
    {
        if (handler.GetInvocationList().Length > 1)
        {
            return "it is a delegate of several methods; a task calls one. Give one method.";
        }

        return handler.Method.ReturnType == typeof(void) && handler.Method.IsDefined(typeof(AsyncStateMachineAttribute))
            ? "it is async void, so that nobody can tell when it ends; return Task."
            : ReturnShape.Fault(handler.GetType().GetMethod("Invoke")!.ReturnType);
    }

    private static Call Compile(IReadOnlyList<HandlerParameter> parameters, Delegate handler)
    {
        var wantsValue = Expression.Parameter(typeof(bool), "wantsValue");
        var (services, run, slots, call) = Invocation(parameters, handler);
        var body = ReturnShape.Adapt(call, Expression.Property(run, nameof(TaskRunContext.Task)), wantsValue,
            Expression.Property(run, nameof(TaskRunContext.CancellationToken)));
        return Expression.Lambda<Call>(body, "task", [services, run, slots, wantsValue]).Compile();
    }

    private static BoxedCall CompileBoxed(IReadOnlyList<HandlerParameter> parameters, Delegate handler)
    {
        var (services, run, slots, call) = Invocation(parameters, handler);
        var body = ReturnShape.Box(call, Expression.Property(run, nameof(TaskRunContext.Task)),
            Expression.Property(run, nameof(TaskRunContext.CancellationToken)));
        return Expression.Lambda<BoxedCall>(body, "task", [services, run, slots]).Compile();
    }

    private static (ParameterExpression Services, ParameterExpression Run, ParameterExpression Arguments, Expression Call) Invocation(
        IReadOnlyList<HandlerParameter> parameters, Delegate handler)
    {
        var services = Expression.Parameter(typeof(IServiceProvider), "services");
        var run = Expression.Parameter(typeof(TaskRunContext), "run");
        var slots = Expression.Parameter(typeof(object[]), "arguments");
        var next = 0;
        var values = parameters.Select(
            p => ValueOf(p, services, run, p.Reader is null ? null : Expression.ArrayIndex(slots, Expression.Constant(next++))));
        return (services, run, slots, Expression.Invoke(Expression.Constant(handler), values.ToArray()));
    }

    private static Expression ValueOf(HandlerParameter p, Expression services, Expression run, Expression? slot)
    {
        if (slot is null)
        {
            return p.Source!(services, run);
        }

        var given = Expression.Convert(slot, p.Type);
        return p.Source is null
            ? given
            : Expression.Condition(Expression.ReferenceEqual(slot, Expression.Constant(ArgumentBinder.Absent)), p.Source(services, run),
                given);
    }
}
