using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Checks;
using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Calls;

/// <summary>Checks handlers that are defined with calls of the builder.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefinitionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.Name, Diagnostics.Parameter,
        Diagnostics.Returns, Diagnostics.Handler];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownCalls.Builder) is not null)
            {
                start.RegisterOperationAction(static c => Check(c, (IInvocationOperation)c.Operation), OperationKind.Invocation);
            }
        });
    }

    private static void Check(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (!call.TargetMethod.ContainingType.Is(KnownCalls.Builder))
        {
            return;
        }

        var name = call.TargetMethod.Name is "Headers" or "Configure" or "AddFilter" ? null : call.Text("name");
        if (name is not null && TaskNames.Fault(name) is { } fault)
        {
            Report(context, Diagnostics.Name, call.Argument("name")!.Value.Syntax, fault);
        }

        var shown = $"Handler '{name ?? "?"}'";
        if (call.TargetMethod is { TypeArguments: [INamedTypeSymbol type], Name: "Define" or "Every" or "Cron" or "Schedule" }
            && MethodRules.ClassFault(type, isGenerated: false) is { } wrong)
        {
            var isReturn = type.Handlers().ToList() is [{ } only] && Returned.Fault(only.TypeArguments[1]) == wrong;
            Report(context, isReturn ? Diagnostics.Returns : Diagnostics.Handler, NameOf(call), $"{shown}: {wrong}");
        }

        if (call.Argument("handler") is { } handler && KnownCalls.Handler(handler.Value) is { } method)
        {
            CheckHandler(context, call, handler.Value, method, shown);
        }
    }

    private static void CheckHandler(OperationAnalysisContext context, IInvocationOperation call, IOperation handler, IMethodSymbol method,
        string shown)
    {
        var where = handler.Inner() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation } or IAnonymousFunctionOperation
            ? call.Argument("handler")!.Value.Syntax
            : handler.Syntax;
        if (Returned.Fault(method) is { } fault)
        {
            Report(context, Diagnostics.Returns, where, $"{shown}: {fault}");
        }

        var isScheduled = call.TargetMethod.Name != "Define" && call.TargetMethod.Parameters.Any(static p => p.Name == "arguments")
            && call.IsAbsent("arguments");
        foreach (var p in method.Parameters)
        {
            var at = p.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } declared && declared.SyntaxTree == where.SyntaxTree
                ? declared
                : where;
            if (MethodRules.ParameterFault(p) is { } why)
            {
                Report(context, Diagnostics.Parameter, at, $"{shown}, parameter '{p.Name}' ({p.Type.Shown()}): {why}");
            }
            else if (isScheduled && ParameterKinds.NeedsArgument(p))
            {
                Report(context, Diagnostics.Parameter, at,
                    $"{shown}, scheduled runs: the argument '{p.Name}' ({p.Type.Shown()}) is missing. "
                    + "Pass it in arguments, give the parameter a default value, or mark it [FromContainer] if the container has its "
                    + "type.");
            }
        }
    }

    private static SyntaxNode NameOf(IInvocationOperation call) =>
        call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } ? member.Name : call.Syntax;

    private static void Report(OperationAnalysisContext context, DiagnosticDescriptor what, SyntaxNode where, string why) =>
        context.ReportDiagnostic(Reports.Of(what, where.GetLocation(), why));
}
