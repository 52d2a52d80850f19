using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Checks;
using OrleansTasks.Generators.Declared;
using OrleansTasks.Text;

namespace OrleansTasks.Generators.Calls;

/// <summary>
/// Finds task names in calls that no handler of the compilation has. It reports them only if all names of handlers are known.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnknownNameAnalyzer : DiagnosticAnalyzer
{
    private const string Registration = "OrleansTasks.TaskRegistration";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Diagnostics.Unknown];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownCalls.Client) is null)
            {
                return;
            }

            var names = new Names();
            start.RegisterSymbolAction(c => names.AddDeclared((INamedTypeSymbol)c.Symbol), SymbolKind.NamedType);
            start.RegisterOperationAction(c => names.AddCall((IInvocationOperation)c.Operation), OperationKind.Invocation);
            start.RegisterOperationAction(c => names.AddRegistration((IObjectCreationOperation)c.Operation), OperationKind.ObjectCreation);
            start.RegisterCompilationEndAction(c => names.Report(c.ReportDiagnostic));
        });
    }

    private sealed class Names
    {
        private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
        private readonly ConcurrentBag<(string Name, Location Where)> _called = [];
        private volatile bool _isOpen;

        public void AddDeclared(INamedTypeSymbol type)
        {
            if (type.Attribute(Symbols.Contract) is not null)
            {
                foreach (var method in type.ContractMethods())
                {
                    _known.TryAdd(TaskReader.NameOf(method), true);
                }
            }

            foreach (var contract in type.Contracts())
            {
                foreach (var method in contract.ContractMethods())
                {
                    _known.TryAdd(TaskReader.NameOf(method), true);
                }
            }

            foreach (var symbol in type.GetMembers().OfType<IMethodSymbol>().Prepend((ISymbol)type))
            {
                if (symbol.Attribute(Symbols.Task)?.FirstText() is { } name)
                {
                    _known.TryAdd(name, true);
                }
            }
        }

        public void AddRegistration(IObjectCreationOperation made)
        {
            if (!made.Type.Is(Registration))
            {
                return;
            }

            var name = made.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
                .FirstOrDefault(static a => a.Target is IPropertyReferenceOperation { Property.Name: "Name" })?.Value;
            Add(name);
        }

        public void AddCall(IInvocationOperation call)
        {
            var method = call.TargetMethod;
            if (method.ContainingType.Is(KnownCalls.Builder))
            {
                if (method.Name is not ("Group" or "Headers" or "Configure" or "AddFilter" or "AddHandlers")
                    && method.Parameters.Any(static p => p.Name == "name") && !call.IsAbsent("name"))
                {
                    Add(call.Argument("name")!.Value);
                }
            }
            else if (method.Name == "FromConfiguration"
                || (method.IsExtensionMethod && (method.ReducedFrom ?? method).Parameters is [{ } first, ..]
                    && first.Type.Is(KnownCalls.Builder)))
            {
                // Only the called method knows which tasks it defines.
                _isOpen |= method.Name != "AddGenerated";
            }
            else if (KnownCalls.IsOfClient(call)
                && (call.Argument("task") ?? (method.Name == "GetTask" ? call.Argument("name") : null)) is { } argument
                && argument.Value.Inner().Text() is { } name)
            {
                _called.Add((name, argument.Value.Syntax.GetLocation()));
            }
        }

        public void Report(Action<Diagnostic> report)
        {
            if (_isOpen || _known.IsEmpty)
            {
                return;
            }

            foreach (var (name, where) in _called)
            {
                if (!_known.ContainsKey(name))
                {
                    var meant = Likeness.Closest(name, _known.Keys.OrderBy(static k => k, StringComparer.Ordinal));
                    report(Reports.Of(Diagnostics.Unknown, where,
                        $"This project defines no task '{ShownText.Quote(name)}'.{(meant is null ? "" : $" Did you mean '{meant}'?")}",
                        meant));
                }
            }
        }

        private void Add(IOperation? name)
        {
            if (name?.Inner().Text() is { } text)
            {
                _known.TryAdd(text, true);
            }
            else
            {
                _isOpen = true;
            }
        }
    }
}
