using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace OrleansTasks.Generators.CodeFixes;

/// <summary>Replaces one piece of code with another.</summary>
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
                context.RegisterCodeFix(
                    CodeAction.Create(fix.Title, _ => Task.FromResult(document.WithSyntaxRoot(fix.Root)), diagnostic.Id), diagnostic);
            }
        }
    }

    /// <summary>Returns the title of the fix and the changed file, or null if there is no fix.</summary>
    /// <param name="root">The root of the file.</param>
    /// <param name="node">The code that the diagnostic is about.</param>
    /// <param name="diagnostic">The diagnostic.</param>
    private protected abstract (string Title, SyntaxNode Root)? Fix(SyntaxNode root, SyntaxNode node, Diagnostic diagnostic);
}
