using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace OrleansTasks.Generators.CodeFixes;

/// <summary>A fix that puts one piece of code in the place of another.</summary>
public abstract class TaskFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            if (Fix(root, root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true), diagnostic) is { } fix)
            {
                var document = context.Document;
                context.RegisterCodeFix(CodeAction.Create(fix.Title, _ => Task.FromResult(document.WithSyntaxRoot(fix.Root)), diagnostic.Id), diagnostic);
            }
        }
    }

    /// <summary>What it is called, and the changed file; null if there is no fix.</summary>
    /// <param name="root">The file.</param>
    /// <param name="node">What is complained of.</param>
    /// <param name="diagnostic">The complaint.</param>
    private protected abstract (string Title, SyntaxNode Root)? Fix(SyntaxNode root, SyntaxNode node, Diagnostic diagnostic);
}
