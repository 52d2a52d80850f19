using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Checks;
using OrleansTasks.Generators.Declared;
using OrleansTasks.Text;

namespace OrleansTasks.Generators.Calls;

/// <summary>
/// Checks calls of the task client: calls that block a thread, handlers that wait for their own task, and secrets in arguments.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClientAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.Itself, Diagnostics.Blocking,
        Diagnostics.Secret];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownCalls.Client) is not null)
            {
                start.RegisterOperationAction(static c => CheckCall(c, (IInvocationOperation)c.Operation), OperationKind.Invocation);
                start.RegisterOperationAction(static c => CheckResult(c, (IPropertyReferenceOperation)c.Operation),
                    OperationKind.PropertyReference);
            }
        });
    }

    private static void CheckResult(OperationAnalysisContext context, IPropertyReferenceOperation property)
    {
        if (property is { Property.Name: "Result", Instance: { } task } && IsTask(property.Property.ContainingType)
            && CallOf(task) is { } call)
        {
            ReportBlocking(context, property.Syntax, ".Result", call);
        }
    }

    private static void CheckCall(OperationAnalysisContext context, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.Name is "Wait" && IsTask(method.ContainingType) && call.Instance is { } waited && CallOf(waited) is { } first)
        {
            ReportBlocking(context, call.Syntax, ".Wait()", first);
        }
        else if (method.Name == "GetResult"
            && call.Instance?.Inner() is IInvocationOperation { TargetMethod.Name: "GetAwaiter", Instance: { } awaited }
            && CallOf(awaited) is { } second)
        {
            ReportBlocking(context, call.Syntax, ".GetAwaiter().GetResult()", second);
        }
        else if (KnownCalls.IsOfClient(call))
        {
            CheckOwnTask(context, call);
            SecretRules.Check(call, context.ReportDiagnostic);
        }
    }

    private static void ReportBlocking(OperationAnalysisContext context, SyntaxNode where, string what, IInvocationOperation call) =>
        context.ReportDiagnostic(Reports.Of(
        Diagnostics.Blocking, where.GetLocation(),
        $"{what} of {call.TargetMethod.Name} blocks a thread until the cluster answers, which can take as long as the run. "
            + "Await the call."));

    private static void CheckOwnTask(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (call.TargetMethod.Name == "RunAsync" && NameCalled(call) is { } name && IsAwaited(call)
            && HandlerAround(call, context.ContainingSymbol) == name)
        {
            context.ReportDiagnostic(Reports.Of(
                Diagnostics.Itself, call.Syntax.GetLocation(),
                $"The handler of '{ShownText.Quote(name)}' waits for a run of its own task. While it waits, it lends its places to "
                    + "other runs, "
                + "but each level of the recursion stays in progress, and without a condition that ends the recursion, none of the runs "
                + "ends. "
                + "Call the code directly, or dispatch the run."));
        }
    }

    /// <summary>Returns the task name in a call's arguments, or the name of the task handle that the call uses.</summary>
    private static string? NameCalled(IInvocationOperation call) => call.Text("task")
        ?? (call.Instance?.Inner() is IInvocationOperation { TargetMethod.Name: "GetTask" } handle ? handle.Text("name") : null);

    private static bool IsAwaited(IOperation call)
    {
        var at = call.Parent;
        while (at is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "WaitAsync" } or IArgumentOperation
            or IConversionOperation)
        {
            at = at.Parent;
        }

        return at is IAwaitOperation or IReturnOperation;
    }

    /// <summary>Returns the name of the task whose handler contains a call.</summary>
    private static string? HandlerAround(IOperation call, ISymbol containing)
    {
        for (var at = call.Parent; at is not null; at = at.Parent)
        {
            if (at is IAnonymousFunctionOperation lambda)
            {
                IOperation? around = lambda.Parent;
                while (around is IDelegateCreationOperation or IConversionOperation)
                {
                    around = around.Parent;
                }

                return around is IArgumentOperation { Parameter.Name: "handler", Parent: IInvocationOperation define }
                    && define.TargetMethod.ContainingType.Is(KnownCalls.Builder) ? define.Text("name") : null;
            }
        }

        return containing.Attribute(Symbols.Task)?.FirstText()
            ?? (containing is IMethodSymbol { Name: "RunAsync", ContainingType: { } type }
                ? type.Attribute(Symbols.Task)?.FirstText()
                : null);
    }

    /// <summary>Returns the client call that produced the value of an operation.</summary>
    private static IInvocationOperation? CallOf(IOperation operation)
    {
        var at = operation.Inner();
        while (at is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask" or "WaitAsync", Instance: { } instance })
        {
            at = instance.Inner();
        }

        return at is IInvocationOperation call && KnownCalls.IsOfClient(call) ? call : null;
    }

    private static bool IsTask(ITypeSymbol type) => type.Is("System.Threading.Tasks.Task") || type.Is("System.Threading.Tasks.ValueTask");
}
