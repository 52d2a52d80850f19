using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Generators.Checks;

/// <summary>Creates diagnostics. It reports them at the argument where possible.</summary>
internal static class Reports
{
    /// <summary>The diagnostic property that contains the replacement for a literal.</summary>
    public const string Suggestion = "Suggestion";

    public static Diagnostic Of(DiagnosticDescriptor what, Location? where, string why, string? suggestion = null) => Diagnostic.Create(
        what, where ?? Location.None, suggestion is null ? null : ImmutableDictionary<string, string?>.Empty.Add(Suggestion, suggestion),
        why);

    /// <summary>Creates the diagnostic for an unknown time zone, with the closest known one.</summary>
    public static Diagnostic OfZone(Location? where, string timeZone, string why)
    {
        var meant = ScheduleFaults.ZoneLike(timeZone);
        return Of(Diagnostics.Zone, where, meant is null ? why : $"{why} Did you mean {meant}?", meant);
    }

    /// <summary>Returns the location of an argument of an attribute.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="name">The name of the argument, or null for the first one.</param>
    public static Location? At(AttributeData attribute, string? name = null)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax() is not AttributeSyntax syntax)
        {
            return null;
        }

        var argument = syntax.ArgumentList?.Arguments.FirstOrDefault(
            a => name is null ? a.NameEquals is null : a.NameEquals?.Name.Identifier.ValueText == name);
        return (argument?.Expression ?? (SyntaxNode)syntax).GetLocation();
    }

    /// <summary>Returns the location of a symbol's declaration.</summary>
    public static Location? At(ISymbol symbol) => symbol.Locations.FirstOrDefault(static l => l.IsInSource);
}
