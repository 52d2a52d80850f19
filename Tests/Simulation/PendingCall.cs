using System.Collections.Concurrent;
using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>Represents a call that has not been answered.</summary>
internal abstract class PendingCall
{
    private static readonly ConcurrentDictionary<Type, Func<PendingCall>> Makers = new();
    private static readonly ConcurrentDictionary<MethodInfo, MethodInvoker> Invokers = new();

    public SimSilo? From { get; private init; }

    /// <summary>Gets or sets the gateway silo of a client's call, if other silos consider that silo dead; otherwise null.</summary>
    public SimSilo? Gateway { get; set; }

    /// <summary>Gets or sets the silo that received it.</summary>
    public SimSilo? To { get; set; }

    /// <summary>Gets or sets whether it repeats another call, and nobody waits for its answer.</summary>
    public bool IsRepetition { get; set; }

    /// <summary>Gets or sets whether the trace shows its answer.</summary>
    public bool IsTold { get; set; }

    /// <summary>Gets or sets whether it has no answer yet.</summary>
    public bool IsPending { get; set; }

    /// <summary>Gets or sets when it fails without an answer.</summary>
    public TimeSpan Deadline { get; set; }

    public string Target { get; private init; } = "";

    public MethodInfo Method { get; private init; } = null!;

    public object?[] Arguments { get; set; } = [];

    /// <summary>Gets or sets the number that identifies it.</summary>
    public int Number { get; set; }

    /// <summary>Gets or sets the planted defect that may change the answer.</summary>
    public PlantedDefect? Defect { get; set; }

    /// <summary>Gets the task of the call on its target, once it has begun there.</summary>
    public Task? Called { get; private set; }

    /// <summary>Gets the task that the caller awaits.</summary>
    public abstract object Answer { get; }

    public static PendingCall For(Type answer, SimSilo? from, string target, MethodInfo method, object?[] arguments)
    {
        var call = Makers.GetOrAdd(answer, static type =>
        {
            var isValue = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>);
            var result = type.IsGenericType ? type.GenericTypeArguments[0] : typeof(bool);
            var made = typeof(Of<>).MakeGenericType(result);
            var form = (PendingCall)Activator.CreateInstance(made, [isValue])!;
            return () => form;
        })();
        return call.With(from, target, method, arguments);
    }

    /// <summary>Returns the number, which is cheaper than an object's default hash code.</summary>
    public override int GetHashCode() => Number;

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <summary>Starts the call on its target, with the planted defect if there is one.</summary>
    public Task Begin(object target)
    {
        Called = Defect?.Answer(this, target) ?? Invoke(target);
        Called.Ignore();
        return Called;
    }

    /// <summary>Calls the method of the target.</summary>
    public Task Invoke(object target)
    {
        try
        {
            return AsTask(Invokers.GetOrAdd(Method, static m => MethodInvoker.Create(m)).Invoke(target, Arguments.AsSpan())!);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    /// <summary>Passes the answer to the caller.</summary>
    public abstract void Complete(Task called);

    public abstract void Fail(Exception error);

    protected abstract Task AsTask(object called);

    protected abstract PendingCall With(SimSilo? from, string target, MethodInfo method, object?[] arguments);

    private sealed class Of<T>(bool isValue) : PendingCall
    {
        private readonly TaskCompletionSource<T> _answer = new();

        public override object Answer => isValue ? new ValueTask<T>(_answer.Task) : _answer.Task;

        public override void Complete(Task called)
        {
            if (called.IsCompletedSuccessfully)
            {
                _answer.TrySetResult(called is Task<T> value ? value.Result : default!);
            }
            else
            {
                Fail(called.Exception?.InnerException ?? new TaskCanceledException(called));
            }
        }

        public override void Fail(Exception error)
        {
            _answer.TrySetException(error);

            // A caller that no longer waits does not observe the exception, and collecting an unobserved one is expensive.
            _ = _answer.Task.Exception;
        }

        protected override Task AsTask(object called) => called is ValueTask<T> value ? value.AsTask() : (Task)called;

        protected override PendingCall With(SimSilo? from, string target, MethodInfo method, object?[] arguments) =>
            new Of<T>(isValue) { From = from, Target = target, Method = method, Arguments = arguments };
    }
}
