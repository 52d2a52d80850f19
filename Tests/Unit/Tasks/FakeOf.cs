using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>Stands for something behind an interface: notes the calls, and answers as the test says; else with nothing.</summary>
internal class FakeOf<T> : DispatchProxy
    where T : class
{
    private readonly Dictionary<string, Func<object?[], object?>> _answers = [];
    private readonly List<(string Method, object?[] Arguments)> _calls = [];

    /// <summary>The names of the methods that were called, in order.</summary>
    public IEnumerable<string> Called => Calls().Select(static c => c.Method);

    public T Face => (T)(object)this;

    public static FakeOf<T> New() => (FakeOf<T>)(object)Create<T, FakeOf<T>>();

    /// <summary>Has a method answer in some way from now on.</summary>
    public FakeOf<T> On(string method, Func<object?[], object?> answer)
    {
        _answers[method] = answer;
        return this;
    }

    /// <summary>What a method was given, each time.</summary>
    public IEnumerable<object?[]> CallsOf(string method) => Calls().Where(c => c.Method == method).Select(static c => c.Arguments);

    /// <summary>The calls so far, at the time of looking; others may call meanwhile.</summary>
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
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? typeof(FakeOf<T>).GetMethod(nameof(Nothing), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.GenericTypeArguments).Invoke(null, null)
            : type.IsValueType && type != typeof(void) ? Activator.CreateInstance(type)
            : null;
    }

    private static Task<TValue?> Nothing<TValue>() => Task.FromResult<TValue?>(default);
}
