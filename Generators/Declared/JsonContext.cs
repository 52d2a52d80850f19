using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>Represents a source-generated JSON context that typed clients use, as text.</summary>
/// <param name="Type">The type of the context.</param>
/// <param name="Types">The types that it lists.</param>
internal sealed record JsonContext(string Type, EquatableArray<string> Types)
{
    private const string Context = "System.Text.Json.Serialization.JsonSerializerContext";
    private const string Listed = "System.Text.Json.Serialization.JsonSerializableAttribute";

    /// <summary>
    /// Reads a class with the attribute. Returns null if it is no context, or if other code of its assembly cannot access it.
    /// </summary>
    public static JsonContext? Read(ISymbol symbol) =>
        symbol is INamedTypeSymbol { IsAbstract: false } type && type.BaseType.Is(Context) && !type.IsOpen() && type.IsVisible()
            ? new JsonContext(type.Code(), new(type.GetAttributes().Where(static a => a.AttributeClass.Is(Listed)).SelectMany(TypesOf)))
            : null;

    private static IEnumerable<string> TypesOf(AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Value: ITypeSymbol type }, ..] ? [type.PlainCode()] : [];
}
