using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Checks;

/// <summary>Checks tasks that are declared with attributes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeclarationAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] OfTasks = [Symbols.Every, Symbols.Cron, Symbols.Calendar, Symbols.Group, Symbols.Retry];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Diagnostics.Cron, Diagnostics.Rule, Diagnostics.Zone, Diagnostics.Option, Diagnostics.Name, Diagnostics.Parameter,
        Diagnostics.Returns, Diagnostics.Handler, Diagnostics.NoTask,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Symbols.Task) is not null)
            {
                start.RegisterSymbolAction(static c => CheckType(c, (INamedTypeSymbol)c.Symbol), SymbolKind.NamedType);
                start.RegisterSymbolAction(static c => CheckMethod(c, (IMethodSymbol)c.Symbol), SymbolKind.Method);
            }
        });
    }

    private static void CheckType(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        var task = type.Attribute(Symbols.Task);
        CheckAttributes(context, type, task is not null);
        if (type.Attribute(Symbols.Contract) is not null)
        {
            foreach (var method in type.ContractMethods())
            {
                CheckShape(context, method, null);
            }

            if (type.IsOpen() || !type.IsVisible())
            {
                Report(context, Diagnostics.Handler, Reports.At(type), $"The contract {type.Shown()} is generic, or generated code "
                    + "cannot access it. Make it and its containing types non-generic, and internal or public.");
            }
        }
        else if (type is { TypeKind: TypeKind.Class, IsAbstract: false } && type.Contracts().Any()
            && (type.IsOpen() ? "it is generic" : type.IsVisible() ? null : "generated code cannot access it") is { } hidden)
        {
            Report(context, Diagnostics.Handler, Reports.At(type),
                $"{type.Shown()} implements a task contract, but is not registered: {hidden}.");
        }

        if (task is null)
        {
            return;
        }

        if (MethodRules.ClassFault(type) is { } fault)
        {
            var isReturn = type.Handlers().ToList() is [{ } only] && Returned.Fault(only.TypeArguments[1]) == fault;
            Report(context, isReturn ? Diagnostics.Returns : Diagnostics.Handler, Reports.At(type),
                $"Handler '{task.FirstText()}': {fault}");
        }
    }

    private static void CheckMethod(SymbolAnalysisContext context, IMethodSymbol method)
    {
        var task = method.Attribute(Symbols.Task);
        var isContract = method.ContainingType.Attribute(Symbols.Contract) is not null;
        CheckAttributes(context, method, task is not null || isContract || ImplementsContract(method));
        if (task is null || isContract)
        {
            return;
        }

        if (method.ContainingType.TypeKind == TypeKind.Interface)
        {
            Report(context, Diagnostics.Handler, Reports.At(method),
                $"Handler '{task.FirstText()}': {method.ContainingType.Shown()} is an interface. "
                + "Mark it [TaskContract], or move [Task] to the method of a class that implements it.");
            return;
        }

        CheckShape(context, method, task.FirstText());
        if (MethodRules.OwnerFault(method) is { } owner)
        {
            Report(context, Diagnostics.Handler, Reports.At(method), $"Handler '{task.FirstText()}': {owner}");
        }
        else if (!method.IsStatic && MethodRules.ConstructorFault(method.ContainingType) is { } constructor)
        {
            Report(context, Diagnostics.Handler, Reports.At(method), $"Handler '{task.FirstText()}': {constructor}");
        }

        foreach (var p in method.Parameters.Where(
            p => ScheduleCode.Of(method) is not null && MethodRules.ParameterFault(p) is null && ParameterKinds.NeedsArgument(p)))
        {
            Report(context, Diagnostics.Parameter, Reports.At(p),
                $"Task '{task.FirstText()}', scheduled runs: the argument '{p.Name}' ({p.Type.Shown()}) is missing. Give the parameter "
                    + "a default value, schedule the task with arguments, or mark the parameter [FromContainer] if the container has it.");
        }
    }

    private static void CheckShape(SymbolAnalysisContext context, IMethodSymbol method, string? task)
    {
        var handler = $"Handler '{task ?? TaskReader.NameOf(method)}'";
        if (Returned.Fault(method) is { } shape)
        {
            Report(context, Diagnostics.Returns, Reports.At(method), $"{handler}: {shape}");
        }

        if (method.IsGenericMethod)
        {
            Report(context, Diagnostics.Handler, Reports.At(method), $"{handler}: it is generic. A task is called without type arguments.");
        }

        foreach (var p in method.Parameters)
        {
            if (MethodRules.ParameterFault(p) is { } fault)
            {
                Report(context, Diagnostics.Parameter, Reports.At(p), $"{handler}, parameter '{p.Name}' ({p.Type.Shown()}): {fault}");
            }
        }
    }

    private static void CheckAttributes(SymbolAnalysisContext context, ISymbol symbol, bool isTask)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is not { ContainingNamespace.Name: "OrleansTasks" } type)
            {
                continue;
            }

            if (!isTask && OfTasks.Any(name => type.Is(name)))
            {
                Report(context, Diagnostics.NoTask, Reports.At(attribute),
                    $"[{type.Name[..^"Attribute".Length]}] has no effect, because '{symbol.Name}' is not a task. Add [Task(\"name\")].");
            }

            AttributeChecks.Check(attribute, context.ReportDiagnostic);
        }
    }

    private static bool ImplementsContract(IMethodSymbol method) => method.ContainingType.Contracts()
        .SelectMany(static c => c.ContractMethods())
        .Any(m => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(m), method));

    private static void Report(SymbolAnalysisContext context, DiagnosticDescriptor what, Location? where, string why) =>
        context.ReportDiagnostic(Reports.Of(what, where, why));
}
