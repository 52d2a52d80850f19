extern alias Generators;

using System.Reflection;
using Generators::OrleansTasks.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansTasks.Tests.Unit;

/// <summary>Compiles programs in memory, as the compiler compiles those of users.</summary>
internal static class Compilations
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using OrleansTasks;
        """;

    private static readonly Lazy<List<MetadataReference>> All = new(static () =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path =>
                Path.GetFileName(path) is var name
                    && (name.StartsWith("System.", StringComparison.Ordinal)
                        || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                || name.StartsWith("Orleans.", StringComparison.Ordinal)
                || name is "netstandard.dll" or "mscorlib.dll" or "OrleansTasks.GrainInterfaces.dll" or "OrleansTasks.Grains.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly Lazy<List<MetadataReference>> WithoutServer =
        new(static () => [.. All.Value.Where(static r => !r.Display!.EndsWith("OrleansTasks.Grains.dll", StringComparison.Ordinal))]);

    // Compilations that are derived from this one share the references that it has read.
    private static readonly Lazy<CSharpCompilation> Library = new(static () =>
    {
        var compilation = CSharpCompilation.Create("Shop.Handlers", [], All.Value, OptionsOf(OutputKind.DynamicallyLinkedLibrary));
        _ = compilation.GetTypeByMetadataName("OrleansTasks.TasksBuilder");
        return compilation;
    });

    public static CSharpCompilation Of(
        string source, string name = "Shop.Handlers", bool hasServer = true, LanguageVersion version = LanguageVersion.Preview,
        IEnumerable<MetadataReference>? more = null, bool isProgram = false)
    {
        var options = new CSharpParseOptions(version);
        var trees = (SyntaxTree[])[CSharpSyntaxTree.ParseText(Usings, options, "Usings.cs"),
            CSharpSyntaxTree.ParseText(source, options, "Source.cs")];
        if (hasServer && more is null && !isProgram && name == Library.Value.AssemblyName)
        {
            return Library.Value.AddSyntaxTrees(trees);
        }

        return CSharpCompilation.Create(
            name, trees, [.. hasServer ? All.Value : WithoutServer.Value, .. more ?? []],
            OptionsOf(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary));
    }

    /// <summary>Parses a further file of a program.</summary>
    public static SyntaxTree Parse(CSharpCompilation compilation, string source) =>
        CSharpSyntaxTree.ParseText(source, (CSharpParseOptions)compilation.SyntaxTrees[0].Options,
            cancellationToken: TestContext.Current.CancellationToken);

    private static CSharpCompilationOptions OptionsOf(OutputKind kind) => new(kind, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>Creates the driver through which the compiler runs the generator.</summary>
    public static GeneratorDriver Driver(CSharpCompilation compilation) => CSharpGeneratorDriver.Create(
        [new TaskGenerator().AsSourceGenerator()],
        parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Returns the compilation with the generated code, which must have no warnings.</summary>
    public static CSharpCompilation Generate(CSharpCompilation compilation)
    {
        Driver(compilation).RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var diagnostics,
            TestContext.Current.CancellationToken);
        Assert.Empty(diagnostics);
        Assert.Empty(
            generated.GetDiagnostics(TestContext.Current.CancellationToken).Where(static d => d.Severity >= DiagnosticSeverity.Warning));
        return (CSharpCompilation)generated;
    }

    /// <summary>Returns the text of a generated file. Null if there is none.</summary>
    public static string? TextOf(CSharpCompilation generated, string file) =>
        generated.SyntaxTrees.FirstOrDefault(t => t.FilePath.EndsWith(file, StringComparison.Ordinal))?.ToString();

    public static byte[] Emit(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return image.ToArray();
    }

    public static Assembly Load(CSharpCompilation compilation) => Assembly.Load(Emit(compilation));

    /// <summary>Calls <c>AddGenerated</c> of an assembly.</summary>
    public static void AddGenerated(Assembly assembly, TasksBuilder tasks) =>
        assembly.GetTypes().Single(static t => t.Name.EndsWith("TasksGenerated", StringComparison.Ordinal))
        .GetMethod("AddGenerated", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [tasks]);
}
