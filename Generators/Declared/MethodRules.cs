using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>Which methods can be handlers. The words are those of the library where it says the same when a silo starts.</summary>
internal static class MethodRules
{
    /// <summary>What is wrong with a method's shape; null if it is good.</summary>
    public static string? Fault(IMethodSymbol method) => Returned.Fault(method) ?? (method.IsGenericMethod ? "it is generic; a task is called without type arguments." : null)
        ?? method.Parameters.Select(static p => ParameterFault(p) is { } fault ? $"parameter '{p.Name}' ({p.Type.Shown()}): {fault}" : null).FirstOrDefault(static f => f is not null);

    /// <summary>What keeps generated code from calling a method; null if nothing does.</summary>
    public static string? OwnerFault(IMethodSymbol method) =>
        !method.IsVisible() ? $"{method.ContainingType.Shown()}.{method.Name} cannot be called from generated code; make it, and the types around it, internal or public."
        : method.ContainingType.IsOpen() ? $"{method.ContainingType.Shown()} is an open generic type."
        : !method.IsStatic && (method.ContainingType.IsAbstract || method.ContainingType.TypeKind != TypeKind.Class) ?
            $"{method.ContainingType.Shown()} is not a class that can be created; make the method static."
        : null;

    /// <summary>What keeps a class from being a handler; null if nothing does.</summary>
    /// <param name="type">The class.</param>
    /// <param name="isGenerated">Whether generated code names it.</param>
    public static string? ClassFault(INamedTypeSymbol type, bool isGenerated = true)
    {
        var shapes = type.Handlers().ToList();
        return shapes.Count == 0 ? $"{type.Shown()} does not implement ITaskHandler<TArguments, TResult>."
            : shapes.Count > 1 ? $"{type.Shown()} implements ITaskHandler<TArguments, TResult> {shapes.Count} times; which one is meant cannot be told. Split the class."
            : type.IsAbstract || (isGenerated && type.IsOpen()) ? $"{type.Shown()} is abstract, an interface or an open generic type; use "
                + "a class that can be created."
            : isGenerated && !type.IsVisible() ? $"{type.Shown()} cannot be named by generated code; make it, and the types around it, internal or public."
            : ConstructorFault(type) ?? Returned.Fault(shapes[0].TypeArguments[1]);
    }

    /// <summary>What keeps a class from being made from the container; null if nothing does.</summary>
    public static string? ConstructorFault(INamedTypeSymbol type)
    {
        var constructors = type.InstanceConstructors.Where(static c => c.DeclaredAccessibility == Accessibility.Public).ToList();
        return constructors.Count == 1 || constructors.Any(static c => c.Attribute("Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute") is not null)
            ? null
            : $"{type.Shown()} needs one public constructor, or [ActivatorUtilitiesConstructor] on one; it has {constructors.Count}.";
    }

    /// <summary>Why nothing can fill a parameter; null if something can.</summary>
    public static string? ParameterFault(IParameterSymbol p) =>
        p.RefKind != RefKind.None ? "it is a ref, out or in parameter, which a task cannot fill; pass it by value."
        : p.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer ? "a pointer cannot be filled by a task."
        : p.Type.IsRefLikeType ? "a ref struct cannot be filled by a task; take an array or a list."
        : ParameterKinds.IsMarkedTwice(p) ? "[FromArguments] excludes [FromContainer] and [FromKeyedServices]."
        : Returned.IsTuple(p.Type) ? "the items of a tuple have no names in JSON; a record has."
        : null;
}
