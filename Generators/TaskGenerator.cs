using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using OrleansTasks.Generators.Declared;
using OrleansTasks.Generators.Writing;

namespace OrleansTasks.Generators;

/// <summary>Generates the registration of tasks that are declared with attributes, and a typed client for them.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class TaskGenerator : IIncrementalGenerator
{
    /// <summary>The names of the steps that tests inspect. Their results are reused if nothing has changed.</summary>
    public const string TasksStep = "Tasks", AssemblyStep = "Assembly";

    // C# 14. The first compiler of this version knows it only by number.
    private const int ExtensionMembers = 1400;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static c => c.AddEmbeddedAttributeDefinition());
        var marked = context.SyntaxProvider.ForAttributeWithMetadataName(
            Symbols.Task, static (node, _) => node is TypeDeclarationSyntax or MethodDeclarationSyntax,
            static (c, _) => TaskReader.Read(c.TargetSymbol));
        var contracts = context.SyntaxProvider.ForAttributeWithMetadataName(
            Symbols.Contract, static (node, _) => node is InterfaceDeclarationSyntax,
            static (c, _) => new EquatableArray<DeclaredTask>(TaskReader.ReadContract((INamedTypeSymbol)c.TargetSymbol)));
        var made = context.SyntaxProvider.CreateSyntaxProvider(
            static (node, _) => node is ClassDeclarationSyntax { BaseList: not null },
            static (c, stop) =>
                new EquatableArray<DeclaredTask>(
                    c.SemanticModel.GetDeclaredSymbol(c.Node, stop) is INamedTypeSymbol type ? TaskReader.ReadImplementation(type) : []))
            .Where(static tasks => tasks.Count > 0);

        var tasks = marked.Collect().Combine(contracts.Collect()).Combine(made.Collect())
            .Select(
                static (all, _) =>
                    Sorted(all.Left.Left.OfType<DeclaredTask>().Concat(all.Left.Right.SelectMany(static t => t))
                        .Concat(all.Right.SelectMany(static t => t).Distinct())))
            .WithTrackingName(TasksStep);
        var contexts = context.SyntaxProvider.ForAttributeWithMetadataName(
            Symbols.JsonContext, static (node, _) => node is ClassDeclarationSyntax, static (c, _) => JsonContext.Read(c.TargetSymbol))
            .Collect()
            .Select(static (all, _) => new EquatableArray<JsonContext>(
                all.OfType<JsonContext>().OrderBy(static c => c.Type, StringComparer.Ordinal)));
        var assembly = context.CompilationProvider.Combine(context.ParseOptionsProvider)
            .Select(static (both, _) => AssemblyOf(both.Left, both.Right))
            .WithTrackingName(AssemblyStep);
        context.RegisterSourceOutput(
            tasks.Combine(contexts).Combine(assembly), static (c, all) => Write(c, all.Left.Left, all.Left.Right, all.Right));
    }

    private static EquatableArray<DeclaredTask> Sorted(IEnumerable<DeclaredTask> tasks) =>
        new(tasks.OrderBy(static t => t.Name, StringComparer.Ordinal).ThenBy(static t => t.Type, StringComparer.Ordinal));

    private static DeclaringAssembly AssemblyOf(Compilation compilation, ParseOptions options) => new(
        compilation.AssemblyName ?? "",
        NamespaceOf(compilation),
        compilation.GetTypeByMetadataName("OrleansTasks.TasksBuilder") is not null,
        compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary,
        options is CSharpParseOptions { LanguageVersion: var version } && (int)version >= ExtensionMembers);

    /// <summary>Returns the assembly's name, or <c>OrleansTasks</c> if a type has that name.</summary>
    private static string NamespaceOf(Compilation compilation)
    {
        var name = AssemblyNames.NamespaceOf(compilation.AssemblyName ?? "");
        for (var dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (compilation.Assembly.GetTypeByMetadataName(name[..dot]) is not null)
            {
                return "OrleansTasks";
            }
        }

        return compilation.Assembly.GetTypeByMetadataName(name) is null ? name : "OrleansTasks";
    }

    private static void Write(
        SourceProductionContext context, EquatableArray<DeclaredTask> tasks, EquatableArray<JsonContext> contexts,
        DeclaringAssembly assembly)
    {
        // The analyzer rejects two tasks with the same name. The generator writes the first one.
        var handlers = tasks.Where(static t => t.Kind != HandlerKind.Contract).GroupBy(static t => t.Name).Select(static g => g.First())
            .ToList();
        var called = tasks.Where(static t => !t.HasClientElsewhere).GroupBy(static t => t.Name).Select(static g => g.First()).ToList();
        if (assembly.HasServer && handlers.Count > 0)
        {
            context.AddSource("Tasks.Registration.g.cs", SourceText.From(RegistrationWriter.Write(assembly, handlers), Encoding.UTF8));
        }

        if (assembly.HasExtensionMembers && called.Count > 0)
        {
            context.AddSource("Tasks.Client.g.cs", SourceText.From(ClientWriter.Write(assembly, called, contexts), Encoding.UTF8));
        }
    }
}
