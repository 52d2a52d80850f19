using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Generators.CodeFixes;

/// <summary>Awaits a call that blocks a thread, if the code around it is asynchronous.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AwaitFix : TaskFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["OTASK012"];

    private protected override (string Title, SyntaxNode Root)? Fix(SyntaxNode root, SyntaxNode node, Diagnostic diagnostic)
    {
        if (!IsAsynchronous(node) || TaskOf(node) is not { } task || node is not ExpressionSyntax blocking)
        {
            return null;
        }

        ExpressionSyntax awaited = SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task.WithoutTrivia());
        if (node.Parent is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or ConditionalAccessExpressionSyntax
            or PostfixUnaryExpressionSyntax)
        {
            awaited = SyntaxFactory.ParenthesizedExpression(awaited);
        }

        return ("Await the call", root.ReplaceNode(blocking, awaited.WithTriviaFrom(blocking)));
    }

    /// <summary>Returns the task in an expression, without <c>.Result</c>, <c>.Wait()</c> or <c>.GetAwaiter().GetResult()</c>.</summary>
    private static ExpressionSyntax? TaskOf(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result => result.Expression,
        InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Wait", Expression: var waited },
            ArgumentList.Arguments.Count: 0
        } => waited,
        InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax
            {
                Name.Identifier.ValueText: "GetResult",
                Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var awaited } }
            }
        } => awaited,
        _ => null,
    };

    private static bool IsAsynchronous(SyntaxNode node) =>
        node.Ancestors()
            .FirstOrDefault(
                static n =>
                    n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax
                        or AccessorDeclarationSyntax or GlobalStatementSyntax) switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
            BaseMethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            GlobalStatementSyntax => true,
            _ => false,
        };
}
