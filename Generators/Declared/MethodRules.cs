using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>
/// Decides which methods can be handlers. Messages are those of the library if the library makes the same check when a silo starts.
/// </summary>
internal static class MethodRules
{
    /// <summary>Returns the error in a method's signature, or null if it is valid.</summary>
    public static string? Fault(IMethodSymbol method) =>
        Returned.Fault(method) ?? (method.IsGenericMethod ? "it is generic. A task is called without type arguments." : null)
        ?? method.Parameters.Select(static p => ParameterFault(p) is { } fault ? $"parameter '{p.Name}' ({p.Type.Shown()}): {fault}" : null)
            .FirstOrDefault(static f => f is not null);

    /// <summary>Returns why generated code cannot call a method, or null if it can.</summary>
    public static string? OwnerFault(IMethodSymbol method) =>
        !method.IsVisible() ? $"{method.ContainingType.Shown()}.{method.Name} cannot be called from generated code. "
            + "Make the method and its containing types internal or public."
        : method.ContainingType.IsOpen() ? $"{method.ContainingType.Shown()} is an open generic type."
        : !method.IsStatic && (method.ContainingType.IsAbstract || method.ContainingType.TypeKind != TypeKind.Class)
        ? $"{method.ContainingType.Shown()} cannot be instantiated. Make the method static."
        : null;

    /// <summary>Returns why a class cannot be a handler, or null if it can.</summary>
    /// <param name="type">The class.</param>
    /// <param name="isGenerated">Whether generated code refers to the class.</param>
    public static string? ClassFault(INamedTypeSymbol type, bool isGenerated = true)
    {
        var shapes = type.Handlers().ToList();
        return shapes.Count == 0 ? $"{type.Shown()} does not implement ITaskHandler<TArguments, TResult>."
            : shapes.Count > 1
            ? $"{type.Shown()} implements ITaskHandler<TArguments, TResult> {shapes.Count} times; which one is meant cannot be told. "
                + "Split the class."
            : type.IsAbstract || (isGenerated && type.IsOpen()) ? $"{type.Shown()} is abstract, an interface or an open generic type; use "
                + "a class that can be created."
            : isGenerated && !type.IsVisible()
            ? $"Generated code cannot access {type.Shown()}. Make it and its containing types internal or public."
            : ConstructorFault(type) ?? Returned.Fault(shapes[0].TypeArguments[1]);
    }

    /// <summary>Returns why the container cannot instantiate a class, or null if it can.</summary>
    public static string? ConstructorFault(INamedTypeSymbol type)
    {
        var constructors = type.InstanceConstructors.Where(static c => c.DeclaredAccessibility == Accessibility.Public).ToList();
        return constructors.Count == 1
            || constructors.Any(
                static c => c.Attribute("Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute") is not null)
            ? null
            : $"{type.Shown()} needs one public constructor, or [ActivatorUtilitiesConstructor] on one; it has {constructors.Count}.";
    }

    /// <summary>Returns why a parameter cannot be bound, or null if it can.</summary>
    public static string? ParameterFault(IParameterSymbol p) =>
        p.RefKind != RefKind.None ? "it is a ref, out or in parameter, which a task cannot fill; pass it by value."
        : p.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer ? "a pointer cannot be filled by a task."
        : p.Type.IsRefLikeType ? "a ref struct cannot be filled by a task; take an array or a list."
        : ParameterKinds.IsMarkedTwice(p) ? "[FromArguments] excludes [FromContainer] and [FromKeyedServices]."
        : Returned.IsTuple(p.Type) ? "the items of a tuple have no names in JSON; a record has."
        : null;
}
