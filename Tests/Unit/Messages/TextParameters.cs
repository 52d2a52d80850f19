using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>The parameters with which a method is given texts of messages.</summary>
internal static class TextParameters
{
    private static readonly string[] Messages = ["detail", "fault", "message", "reason", "why"];

    /// <summary>Returns the parameters of the method or local function that has a node.</summary>
    public static IEnumerable<ParameterSyntax> Around(SyntaxNode node) => MemberAround(node) switch
    {
        BaseMethodDeclarationSyntax method => method.ParameterList.Parameters,
        LocalFunctionStatementSyntax local => local.ParameterList.Parameters,
        _ => [],
    };

    /// <summary>Returns the member or the local function that has a node.</summary>
    public static SyntaxNode? MemberAround(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(static n => n is LocalFunctionStatementSyntax or MemberDeclarationSyntax);

    public static bool IsText(ParameterSyntax parameter) => parameter.Type?.ToString() is "string" or "string?";

    /// <summary>Decides whether a name is that of a parameter which is a message, and not the name of something.</summary>
    public static bool IsMessage(IdentifierNameSyntax name) => Messages.Contains(name.Identifier.ValueText)
        && Around(name).Any(p => IsText(p) && p.Identifier.ValueText == name.Identifier.ValueText);
}
