extern alias CodeFixes;
extern alias Generators;

using System.Collections.Immutable;
using Generators::OrleansTasks.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace OrleansTasks.Tests.Unit;

/// <summary>Runs the analyzers and code fixes on programs.</summary>
internal static class Analysis
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(TaskGenerator).Assembly.GetTypes().Where(static t => t.IsDefined(typeof(DiagnosticAnalyzerAttribute), false))
            .Select(static t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!),
    ];

    private static readonly CodeFixProvider[] Fixes =
    [
        .. typeof(CodeFixes::OrleansTasks.Generators.CodeFixes.TaskFix).Assembly.GetTypes()
            .Where(static t => t.IsDefined(typeof(ExportCodeFixProviderAttribute), false))
            .Select(static t => (CodeFixProvider)Activator.CreateInstance(t)!),
    ];

    public static IEnumerable<string> FixableIds => Fixes.SelectMany(static f => f.FixableDiagnosticIds).Order(StringComparer.Ordinal);

    /// <summary>Returns the analyzers' diagnostics for a program in source order. The program must compile.</summary>
    public static async Task<List<Diagnostic>> OfAsync(string source)
    {
        var compilation = Compilations.Of(source, isProgram: false);
        Compilations.Driver(compilation)
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out _, TestContext.Current.CancellationToken);
        Assert.Empty(
            generated.GetDiagnostics(TestContext.Current.CancellationToken).Where(static d => d.Severity == DiagnosticSeverity.Error));
        return await OfAsync((CSharpCompilation)generated);
    }

    /// <summary>Returns the program after the fix of its only diagnostic.</summary>
    public static async Task<string> FixAsync(string source)
    {
        using var workspace = new AdhocWorkspace();
        var compilation = Compilations.Of(source);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Shop", "Shop", LanguageNames.CSharp, compilationOptions: compilation.Options,
            parseOptions: compilation.SyntaxTrees[0].Options, metadataReferences: compilation.References));
        project = project.AddDocument("Usings.cs", await compilation.SyntaxTrees[0].GetTextAsync()).Project;
        var document = project.AddDocument("Source.cs", source);
        var diagnostic = Assert.Single(await OfAsync((CSharpCompilation)(await document.Project.GetCompilationAsync())!));
        var actions = new List<CodeAction>();
        foreach (var fix in Fixes.Where(f => f.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            await fix.RegisterCodeFixesAsync(
                new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        }

        var operation =
            (await Assert.Single(actions).GetOperationsAsync(TestContext.Current.CancellationToken)).OfType<ApplyChangesOperation>()
                .Single();
        return (await operation.ChangedSolution.GetDocument(document.Id)!.GetTextAsync()).ToString();
    }

    private static async Task<List<Diagnostic>> OfAsync(CSharpCompilation compilation)
    {
        var failures = new List<string>();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (e, analyzer, _) => failures.Add($"{analyzer}: {e}"),
            true, false);
        var found = await compilation.WithAnalyzers(Analyzers, options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.Empty(failures);
        return [.. found.OrderBy(static d => d.Location.SourceSpan.Start)];
    }
}
