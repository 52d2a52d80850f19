using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Generators.CodeFixes;

/// <summary>Replaces a misspelled time zone or task name with the closest match.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class LiteralFix : TaskFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["OTASK003", "OTASK011"];

    private protected override (string Title, SyntaxNode Root)? Fix(SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue("Suggestion", out var meant) || meant is null
            || node.DescendantNodesAndSelf().OfType<LiteralExpressionSyntax>()
                .FirstOrDefault(static l => l.IsKind(SyntaxKind.StringLiteralExpression)) is not { } literal)
        {
            return null;
        }

        var other = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(meant))
            .WithTriviaFrom(literal);
        return ($"Replace with '{meant}'", root.ReplaceNode(literal, other));
    }
}
