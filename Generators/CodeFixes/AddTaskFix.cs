using System.Collections.Immutable;
using System.Composition;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Generators.CodeFixes;

/// <summary>
/// Adds <c>[Task]</c> to a method or class that has a schedule. The task name comes from the name of the method or class.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AddTaskFix : TaskFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["OTASK014"];

    private protected override (string Title, SyntaxNode Root)? Fix(SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node.FirstAncestorOrSelf<AttributeListSyntax>() is not { } list || NameOf(list.Parent) is not { } name)
        {
            return null;
        }

        var argument = SyntaxFactory.AttributeArgument(
            SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(name)));
        var task = SyntaxFactory.Attribute(SyntaxFactory.IdentifierName("Task"),
            SyntaxFactory.AttributeArgumentList(SyntaxFactory.SingletonSeparatedList(argument)));
        var attributes = SyntaxFactory.SeparatedList(
            list.Attributes.Insert(0, task),
            Enumerable.Repeat(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), list.Attributes.Count));
        return ($"Add [Task(\"{name}\")]", root.ReplaceNode(list, list.WithAttributes(attributes)));
    }

    private static string? NameOf(SyntaxNode? declared)
    {
        var name = declared switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            TypeDeclarationSyntax type => type.Identifier.ValueText,
            _ => null
        };
        if (name is null)
        {
            return null;
        }

        name = name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5 ? name[..^5] : name;
        var text = new StringBuilder();
        foreach (var c in name)
        {
            text.Append(text.Length > 0 && char.IsUpper(c) ? "-" : "").Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
