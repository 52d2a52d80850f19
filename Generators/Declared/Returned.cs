using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>Checks the return types of handlers. The rules and messages are those of the library's <c>ReturnShape</c>.</summary>
internal static class Returned
{
    /// <summary>Returns the type of the value, or null if there is none.</summary>
    public static ITypeSymbol? Value(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Void
            || (type is INamedTypeSymbol { TypeArguments.Length: 0 } && type.Is("System.Threading.Tasks.ValueTask")))
        {
            return null;
        }

        if (type is INamedTypeSymbol { TypeArguments: [{ } result] } && type.Is("System.Threading.Tasks.ValueTask"))
        {
            return result;
        }

        for (var at = type as INamedTypeSymbol; at is not null; at = at.BaseType)
        {
            if (at.Is("System.Threading.Tasks.Task"))
            {
                return at.TypeArguments is [{ } value] ? value : null;
            }
        }

        return type;
    }

    /// <summary>Returns the error in a method's return type, or null if it is valid.</summary>
    public static string? Fault(IMethodSymbol method)
    {
        if (method is { IsAsync: true, ReturnsVoid: true })
        {
            return "it is async void, so that nobody can tell when it ends; return Task.";
        }

        return method.ReturnsByRef || method.ReturnsByRefReadonly
            ? $"it returns {method.ReturnType.Shown()}, a reference, pointer or ref struct, which cannot be kept."
            : Fault(method.ReturnType);
    }

    /// <summary>Returns the error in a return type, or null if it is valid.</summary>
    public static string? Fault(ITypeSymbol type)
    {
        if (type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer || type.IsRefLikeType)
        {
            return $"it returns {type.Shown()}, a reference, pointer or ref struct, which cannot be kept.";
        }

        if (Value(type) is not { } value)
        {
            return null;
        }

        if (Implements(value, "System.Collections.Generic.IAsyncEnumerable"))
        {
            return $"it returns {type.Shown()}; a task has one value. Return a list, or broadcast the items as they come.";
        }

        if (Implements(value, "System.IObservable"))
        {
            return $"it returns {type.Shown()}, work that nobody would start. Return Task<T>, and broadcast items as they come.";
        }

        if (value.GetMembers("GetAwaiter").OfType<IMethodSymbol>().Any(static m => m is { IsStatic: false, Parameters.Length: 0 }))
        {
            return $"it returns {type.Shown()}; of the awaitable types only Task, Task<T>, ValueTask and ValueTask<T> are awaited, and "
                + "only once.";
        }

        return IsTuple(value) ? $"it returns {type.Shown()}; the items of a tuple have no names in JSON. Return a record." : null;
    }

    public static bool IsTuple(ITypeSymbol type) =>
        type.IsTupleType || type.AllInterfaces.Any(static i => i.Is("System.Runtime.CompilerServices.ITuple"));

    private static bool Implements(ITypeSymbol type, string name) => type.Is(name) || type.AllInterfaces.Any(i => i.Is(name));
}
