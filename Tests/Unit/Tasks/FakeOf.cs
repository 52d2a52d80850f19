using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>Implements an interface by recording the calls and answering as the test says. The default answer is empty.</summary>
internal class FakeOf<T> : DispatchProxy
    where T : class
{
    private readonly Dictionary<string, Func<object?[], object?>> _answers = [];
    private readonly List<(string Method, object?[] Arguments)> _calls = [];

    /// <summary>Gets the names of the called methods, in order.</summary>
    public IEnumerable<string> Called => Calls().Select(static c => c.Method);

    public T Face => (T)(object)this;

    public static FakeOf<T> New() => (FakeOf<T>)(object)Create<T, FakeOf<T>>();

    /// <summary>Sets the answer of a method for later calls.</summary>
    public FakeOf<T> On(string method, Func<object?[], object?> answer)
    {
        _answers[method] = answer;
        return this;
    }

    /// <summary>Returns the arguments of each call of a method.</summary>
    public IEnumerable<object?[]> CallsOf(string method) => Calls().Where(c => c.Method == method).Select(static c => c.Arguments);

    /// <summary>Returns a copy of the calls so far, since other threads may call meanwhile.</summary>
    private IEnumerable<(string Method, object?[] Arguments)> Calls()
    {
        (string, object?[])[] calls;
        lock (_calls)
        {
            calls = [.. _calls];
        }

        foreach (var call in calls)
        {
            yield return call;
        }
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        lock (_calls)
        {
            _calls.Add((targetMethod!.Name, args ?? []));
        }

        if (_answers.TryGetValue(targetMethod.Name, out var answer))
        {
            return answer(args ?? []);
        }

        var type = targetMethod.ReturnType;
        return type == typeof(Task) ? Task.CompletedTask
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)
            ? typeof(FakeOf<T>).GetMethod(nameof(Nothing),
                BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.GenericTypeArguments).Invoke(null, null)
            : type.IsValueType && type != typeof(void) ? Activator.CreateInstance(type)
            : null;
    }

    private static Task<TValue?> Nothing<TValue>() => Task.FromResult<TValue?>(default);
}
