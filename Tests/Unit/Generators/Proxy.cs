using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>Implements an interface that is only known at run time.</summary>
public class Proxy : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = static (_, _) => null;

    public static object Of(Type type, Func<MethodInfo, object?[], object?> answer)
    {
        var made = DispatchProxy.Create(type, typeof(Proxy));
        ((Proxy)made)._answer = answer;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
