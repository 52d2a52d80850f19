using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>
/// Decides where the values of handler parameters come from, based on their declarations. The container is known only when a silo starts.
/// </summary>
internal static class ParameterKinds
{
    private const string FromContainer = "OrleansTasks.FromContainerAttribute";
    private const string FromArguments = "OrleansTasks.FromArgumentsAttribute";
    private const string FromKeyedServices = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";

    public static bool IsMarkedTwice(IParameterSymbol p) =>
        p.Attribute(FromArguments) is not null && (p.Attribute(FromContainer) is not null || p.Attribute(FromKeyedServices) is not null);

    /// <summary>Returns whether callers can provide the value of a parameter.</summary>
    public static bool IsArgument(IParameterSymbol p) => p.Attribute(FromArguments) is not null
        || (p.Attribute(FromContainer) is null && p.Attribute(FromKeyedServices) is null && !IsOfRun(p.Type) && HoldsData(p.Type));

    /// <summary>Returns whether only an argument can provide the value of a parameter, because no container has its type.</summary>
    public static bool NeedsArgument(IParameterSymbol p) => IsArgument(p) && !p.HasExplicitDefaultValue && !p.IsParams
        && p.NullableAnnotation != NullableAnnotation.Annotated
        && !(p.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T })
        && (IsPlain(p.Type) || p.Attribute(FromArguments) is not null)
        && !(p.Type.IsReferenceType && p.NullableAnnotation == NullableAnnotation.None);

    public static bool IsToken(ITypeSymbol type) => type.Is("System.Threading.CancellationToken");

    public static bool IsAll(ITypeSymbol type) => type.Is("OrleansTasks.TaskArguments");

    /// <summary>Returns the attributes that select the source of a parameter's value, as code.</summary>
    public static string AttributesOf(IParameterSymbol p)
    {
        var code = "";
        code += p.Attribute(FromContainer) is null ? "" : $"[global::{FromContainer}] ";
        code += p.Attribute(FromArguments) is null ? "" : $"[global::{FromArguments}] ";
        if (p.Attribute(FromKeyedServices) is { ConstructorArguments: [{ } key] } && key.Kind != TypedConstantKind.Error)
        {
            var value = key.Kind == TypedConstantKind.Type
                ? $"typeof({((ITypeSymbol)key.Value!).Code()})"
                : key.Value is null ? "null" : Constants.Code(key.Type!, key.Value);
            code += $"[global::{FromKeyedServices}({value})] ";
        }

        return code;
    }

    private static bool IsOfRun(ITypeSymbol type) =>
        IsToken(type) || IsAll(type) || type.Is("OrleansTasks.TaskRunContext") || type.Is("System.IServiceProvider")
            || type.Is("Microsoft.Extensions.Logging.ILogger");

    private static bool IsPlain(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsPlain(array.ElementType),
        { TypeKind: TypeKind.Enum } => true,
        { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_String or SpecialType.System_DateTime } => true,
        _ => type.Is("System.Guid") || type.Is("System.TimeSpan") || type.Is("System.DateTimeOffset") || type.Is("System.DateOnly")
            || type.Is("System.TimeOnly"),
    };

    /// <summary>Returns whether a type has any data that JSON can fill.</summary>
    private static bool HoldsData(ITypeSymbol type)
    {
        if (IsPlain(type) || type is IArrayTypeSymbol || type.SpecialType == SpecialType.System_Object || type.IsValueType
            || IsCollection(type))
        {
            return true;
        }

        if (type.TypeKind is TypeKind.Delegate or TypeKind.Interface || type.IsAbstract)
        {
            return type.GetAttributes().Any(static a => a.AttributeClass.Is("System.Text.Json.Serialization.JsonDerivedTypeAttribute"));
        }

        return type is INamedTypeSymbol { TypeKind: TypeKind.Class } named && (named.IsRecord || HasMembers(named));
    }

    private static bool HasMembers(INamedTypeSymbol type)
    {
        var constructors = type.InstanceConstructors.Where(static c => c.DeclaredAccessibility == Accessibility.Public).ToList();
        var properties = new List<IPropertySymbol>();
        for (var at = type; at is { SpecialType: not SpecialType.System_Object }; at = at.BaseType)
        {
            properties.AddRange(
                at.GetMembers().OfType<IPropertySymbol>()
                    .Where(static p => p is { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false }));
        }

        return constructors.Any(static c => c.Parameters.Length == 0)
            ? properties.Any(static p => p.SetMethod is { DeclaredAccessibility: Accessibility.Public })
            : constructors is [{ } only]
                && only.Parameters.All(p => properties.Any(m => string.Equals(m.Name, p.Name, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsCollection(ITypeSymbol type) => type.ToDisplayString() is var name
        && (name.StartsWith("System.Collections.", StringComparison.Ordinal)
            || name.StartsWith("System.Text.Json.", StringComparison.Ordinal));
}
