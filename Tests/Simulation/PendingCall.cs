using System.Collections.Concurrent;
using System.Reflection;

namespace OrleansTasks.Simulation;

/// <summary>A call that is under way.</summary>
internal abstract class PendingCall
{
    private static readonly ConcurrentDictionary<Type, Func<PendingCall>> Makers = new();
    private static readonly ConcurrentDictionary<MethodInfo, MethodInvoker> Invokers = new();

    public SimSilo? From { get; private init; }

    /// <summary>The silo by way of which it goes, if it comes from the client and others take that silo for dead; null else.</summary>
    public SimSilo? Gateway { get; set; }

    /// <summary>The silo that has it.</summary>
    public SimSilo? To { get; set; }

    /// <summary>Whether it repeats another call, and nobody waits for its answer.</summary>
    public bool IsRepetition { get; set; }

    /// <summary>Whether its answer is told.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether it was not answered yet.</summary>
    public bool IsPending { get; set; }

    /// <summary>When it fails if it was not answered until then.</summary>
    public TimeSpan Deadline { get; set; }

    public string Target { get; private init; } = "";

    public MethodInfo Method { get; private init; } = null!;

    public object?[] Arguments { get; set; } = [];

    /// <summary>Tells it apart.</summary>
    public int Number { get; set; }

    /// <summary>What is wrong with how it is answered.</summary>
    public PlantedDefect? Defect { get; set; }

    /// <summary>The call on its target, once it has begun there.</summary>
    public Task? Called { get; private set; }

    /// <summary>What the caller waits for.</summary>
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

    /// <summary>By its number, which costs less than what an object has by itself.</summary>
    public override int GetHashCode() => Number;

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <summary>Begins it on its target.</summary>
    public Task Begin(object target)
    {
        Called = Defect?.Answer(this, target) ?? Invoke(target);
        Called.Ignore();
        return Called;
    }

    /// <summary>Calls the target.</summary>
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

    /// <summary>Gives the caller the answer.</summary>
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

            // Whoever has ceased to wait does not look at it, and what nobody looked at costs much when it is collected.
            _ = _answer.Task.Exception;
        }

        protected override Task AsTask(object called) => called is ValueTask<T> value ? value.AsTask() : (Task)called;

        protected override PendingCall With(SimSilo? from, string target, MethodInfo method, object?[] arguments) =>
            new Of<T>(isValue) { From = from, Target = target, Method = method, Arguments = arguments };
    }
}
