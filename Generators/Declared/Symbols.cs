using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>Recognizes symbols of this library.</summary>
internal static class Symbols
{
    public const string Task = "OrleansTasks.TaskAttribute";
    public const string Contract = "OrleansTasks.TaskContractAttribute";
    public const string Every = "OrleansTasks.EveryAttribute";
    public const string Cron = "OrleansTasks.CronAttribute";
    public const string Calendar = "OrleansTasks.CalendarAttribute";
    public const string Group = "OrleansTasks.GroupAttribute";
    public const string Retry = "OrleansTasks.RetryAttribute";
    public const string JsonContext = "OrleansTasks.TaskJsonContextAttribute";

    public static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Metadata = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Returns the type as code.</summary>
    public static string Code(this ITypeSymbol type) => type.ToDisplayString(Qualified);

    /// <summary>Returns the type as code, without the annotation of a nullable reference: as <c>typeof</c> takes it.</summary>
    public static string PlainCode(this ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Code();

    /// <summary>Returns the type name for messages.</summary>
    public static string Shown(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);

    /// <summary>Returns whether a type has this full name, regardless of its type arguments.</summary>
    public static bool Is(this ITypeSymbol? type, string name) =>
        type is not null && name.EndsWith(type.Name, StringComparison.Ordinal) && type.OriginalDefinition.ToDisplayString(Metadata) == name;

    public static AttributeData? Attribute(this ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is(name));

    public static IEnumerable<INamedTypeSymbol> Handlers(this INamedTypeSymbol type) =>
        type.AllInterfaces.Where(static i => i is { TypeArguments.Length: 2 } && i.Is("OrleansTasks.ITaskHandler"));

    /// <summary>Returns the contracts that a class implements.</summary>
    public static IEnumerable<INamedTypeSymbol> Contracts(this INamedTypeSymbol type) =>
        type.AllInterfaces.Where(static i => i.Attribute(Contract) is not null);

    /// <summary>Returns the methods of a contract that are tasks.</summary>
    public static IEnumerable<IMethodSymbol> ContractMethods(this INamedTypeSymbol contract) =>
        contract.GetMembers().OfType<IMethodSymbol>()
        .Where(static m => m is { MethodKind: MethodKind.Ordinary, IsStatic: false, IsAbstract: true });

    /// <summary>Returns whether code of the same assembly can access the symbol.</summary>
    public static bool IsVisible(this ISymbol symbol)
    {
        for (var at = symbol; at is not null and not INamespaceSymbol; at = at.ContainingSymbol)
        {
            if (at.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal)
                || at is INamedTypeSymbol { IsFileLocal: true })
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns whether code of any assembly can access a type and its type arguments.</summary>
    public static bool IsPublic(this ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.IsPublic(),
        INamedTypeSymbol named => IsAccessible(named) && named.TypeArguments.All(IsPublic),
        _ => true,
    };

    /// <summary>Returns whether a type or a containing type has unbound type parameters.</summary>
    public static bool IsOpen(this INamedTypeSymbol type)
    {
        for (var at = type; at is not null; at = at.ContainingType)
        {
            if (at.TypeParameters.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAccessible(INamedTypeSymbol type)
    {
        for (var at = type; at is not null; at = at.ContainingType)
        {
            if (at.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }
}
