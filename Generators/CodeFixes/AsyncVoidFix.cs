using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Generators.CodeFixes;

/// <summary>Changes an <c>async void</c> method to return <c>Task</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AsyncVoidFix : TaskFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["OTASK008"];

    private protected override (string Title, SyntaxNode Root)? Fix(SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is not MethodDeclarationSyntax
            {
                ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } nothing
            } method
            || !method.Modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            return null;
        }

        return ("Return Task", root.ReplaceNode(nothing, SyntaxFactory.IdentifierName("Task").WithTriviaFrom(nothing)));
    }
}
