using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Checks;
using OrleansTasks.Generators.Declared;
using OrleansTasks.Text;

namespace OrleansTasks.Generators.Calls;

/// <summary>
/// Finds tasks with the same name. It compares tasks that are declared with attributes, and tasks that one block of code defines.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DuplicateAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.Twice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Symbols.Task) is null)
            {
                return;
            }

            var found = new ConcurrentBag<Named>();
            start.RegisterSymbolAction(c => AddDeclared((INamedTypeSymbol)c.Symbol, found), SymbolKind.NamedType);
            start.RegisterOperationAction(c => AddDefined((IInvocationOperation)c.Operation, found), OperationKind.Invocation);
            start.RegisterCompilationEndAction(c => Report(found, c.ReportDiagnostic));
        });
    }

    private static void AddDeclared(INamedTypeSymbol type, ConcurrentBag<Named> found)
    {
        if (type.Attribute(Symbols.Contract) is not null)
        {
            foreach (var method in type.ContractMethods())
            {
                Add(method, TaskReader.NameOf(method), "contract");
            }

            return;
        }

        if (type.TypeKind == TypeKind.Interface)
        {
            return;
        }

        foreach (var symbol in type.GetMembers().OfType<IMethodSymbol>().Prepend((ISymbol)type))
        {
            if (symbol.Attribute(Symbols.Task)?.FirstText() is { } name)
            {
                Add(symbol, name, "declared");
            }
        }

        if (type is { TypeKind: TypeKind.Class, IsAbstract: false })
        {
            foreach (var method in type.Contracts().SelectMany(static c => c.ContractMethods()))
            {
                Add(type.FindImplementationForInterfaceMember(method) is { } made
                    && SymbolEqualityComparer.Default.Equals(made.ContainingType, type) ? made : type, TaskReader.NameOf(method),
                        "declared");
            }
        }

        void Add(ISymbol symbol, string name, string room)
        {
            if (Reports.At(symbol) is { } where)
            {
                found.Add(new Named(room, name, symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat), where));
            }
        }
    }

    /// <summary>
    /// Adds the task that a call of the builder defines. Only consecutive calls on the same builder can define a name twice.
    /// </summary>
    private static void AddDefined(IInvocationOperation call, ConcurrentBag<Named> found)
    {
        if (!call.TargetMethod.ContainingType.Is(KnownCalls.Builder) || call.Text("name") is not { } name
            || call.Argument("name") is not { } argument
            || (KnownCalls.Handler(call.Argument("handler")?.Value)
                ?? (ISymbol?)call.TargetMethod.TypeArguments.FirstOrDefault()) is not { } handler || BuilderOf(call) is not { } builder)
        {
            return;
        }

        var block = call.Syntax.AncestorsAndSelf().First(IsOneBranch);
        var shown = handler is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction }
            ? $"the lambda in line {handler.Locations[0].GetLineSpan().StartLinePosition.Line + 1}"
            : handler.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
        found.Add(
            new Named($"{block.SyntaxTree.FilePath} {block.Span} {builder}", name, shown, argument.Value.Syntax.GetLocation())
            {
                Identity = $"{shown} {handler.Locations.FirstOrDefault()?.SourceSpan}"
            });
    }

    private static bool IsOneBranch(SyntaxNode node) =>
        node.Parent is IfStatementSyntax or ElseClauseSyntax or ConditionalExpressionSyntax or BinaryExpressionSyntax
            or ConditionalAccessExpressionSyntax
        || node is BlockSyntax or SwitchSectionSyntax or SwitchExpressionArmSyntax or LambdaExpressionSyntax or ArrowExpressionClauseSyntax
            or CompilationUnitSyntax;

    private static string? BuilderOf(IInvocationOperation call)
    {
        IOperation? at = call;
        while (at is IInvocationOperation { Instance: { } instance })
        {
            at = instance.Inner();
        }

        return at switch
        {
            ILocalReferenceOperation local => local.Local.Name,
            IParameterReferenceOperation parameter => parameter.Parameter.Name,
            IObjectCreationOperation made => made.Syntax.Span.ToString(),
            _ => null,
        };
    }

    private static void Report(IEnumerable<Named> found, Action<Diagnostic> report)
    {
        foreach (var group in found.GroupBy(static n => (n.Room, n.Task)))
        {
            var distinct = group.GroupBy(static n => n.Identity).Select(static g => g.OrderBy(Place, StringComparer.Ordinal).First())
                .OrderBy(Place, StringComparer.Ordinal).ToList();
            foreach (var second in distinct.Skip(1))
            {
                report(Reports.Of(Diagnostics.Twice, second.Where,
                    $"Task '{ShownText.Quote(second.Task)}' is defined twice, by {distinct[0].Shown} and by {second.Shown}. Each name "
                        + "has one handler."));
            }
        }
    }

    private static string Place(Named named) => $"{named.Where.SourceTree?.FilePath} {named.Where.SourceSpan.Start:D10}";

    /// <summary>Represents a task name and the location that defines it.</summary>
    private sealed record Named(string Room, string Task, string Shown, Location Where)
    {
        /// <summary>Gets the identity of the handler. Defining a name again with the same handler is not a duplicate.</summary>
        public string Identity { get; init; } = Shown;
    }
}
