using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansTasks.Generators.Declared;

/// <summary>Writes constants of the compiler as code.</summary>
internal static class Constants
{
    public static string Text(string? value) => value is null ? "null" : SymbolDisplay.FormatLiteral(value, quote: true);

    /// <summary>Returns the default value of a parameter as code, or null if it has none.</summary>
    public static string? Default(IParameterSymbol parameter) => !parameter.HasExplicitDefaultValue ? null
        : parameter.ExplicitDefaultValue is not { } value ? "default"
        : Code(parameter.Type, value);

    /// <summary>Returns a constant of a type as code.</summary>
    public static string Code(ITypeSymbol type, object value)
    {
        // A conversion to a nullable type is not a constant.
        type = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [{ } underlying] }
            ? underlying
            : type;
        var code = value switch
        {
            string text => Text(text),
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
            double.NaN => "double.NaN",
            double.PositiveInfinity => "double.PositiveInfinity",
            double.NegativeInfinity => "double.NegativeInfinity",
            float.NaN => "float.NaN",
            float.PositiveInfinity => "float.PositiveInfinity",
            float.NegativeInfinity => "float.NegativeInfinity",
            double or float => ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture),
            _ => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)!,
        };
        return type.SpecialType is SpecialType.System_String or SpecialType.System_Boolean or SpecialType.System_Int32
            or SpecialType.System_Object ? code : $"({type.Code()})({code})";
    }

    /// <summary>Returns the value of a named argument of an attribute, or null if it is omitted.</summary>
    public static TypedConstant? Named(this AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }

    public static string? NamedText(this AttributeData attribute, string name) => attribute.Named(name)?.Value as string;

    /// <summary>Returns the first argument of an attribute if it is a string, and null otherwise.</summary>
    public static string? FirstText(this AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0].Kind != TypedConstantKind.Array
        ? attribute.ConstructorArguments[0].Value as string
        : null;
}
