using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>What commands can name: projects, packages, templates, settings and tests of the repository.</summary>
internal static partial class RepositoryProjects
{
    private const string ClusterTemplate = "Templates/content/orleanstasks-cluster";

    public static string Version { get; } = XDocument.Load(PageBlock.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>Gets the ids of the packages, and whether each is a tool.</summary>
    public static IReadOnlyDictionary<string, bool> Packages { get; } = Directory
        .EnumerateDirectories(Repository.Root)
        .SelectMany(static d => Directory.EnumerateFiles(d, "*.csproj"))
        .Select(static f => (File: f, Project: XDocument.Load(f)))
        .Where(static p => Property(p.Project, "IsPackable") == "true" || Property(p.Project, "IsOrleansTasksLibrary") == "true")
        .ToDictionary(
            static p => Property(p.Project, "PackageId") ?? Path.GetFileNameWithoutExtension(p.File),
            static p => Property(p.Project, "PackAsTool") == "true");

    /// <summary>Gets the short names of the templates, with their options and the values that these can have.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> Templates { get; } = Directory
        .EnumerateFiles(PageBlock.PathOf("Templates/content"), "template.json", SearchOption.AllDirectories)
        .Select(static f => JsonDocument.Parse(File.ReadAllText(f)).RootElement)
        .ToDictionary(static t => t.GetProperty("shortName").GetString()!, Symbols);

    /// <summary>
    /// Returns the folder of a project, from the root of the repository or of the template for clusters. Returns null if there is none.
    /// </summary>
    public static string? Find(string path) => new[] { path, $"{ClusterTemplate}/{path}" }
        .Select(PageBlock.PathOf)
        .FirstOrDefault(static f => Directory.Exists(f) && Directory.EnumerateFiles(f, "*.??proj").Any());

    /// <summary>Returns whether a file or a folder is in the repository, or in what the template for clusters makes.</summary>
    public static bool Has(string path) => new[] { path, $"{ClusterTemplate}/{path}" }
        .Select(PageBlock.PathOf)
        .Any(static f => File.Exists(f) || Directory.Exists(f));

    /// <summary>Returns whether some project makes an assembly with this name.</summary>
    public static bool HasAssembly(string folder, string name) => File.Exists(Path.Combine(PageBlock.PathOf(folder), $"{name}.csproj"));

    /// <summary>Returns what a program does not read of its arguments; null if it reads all.</summary>
    public static string? FaultOfSettings(string project, IReadOnlyList<string> arguments)
    {
        for (var n = 0; n < arguments.Count; n += 2)
        {
            if (!arguments[n].StartsWith("--", StringComparison.Ordinal) || n + 1 == arguments.Count)
            {
                return $"'{arguments[n]}' is not a setting with a value";
            }

            if (arguments[n] != "--urls" && FaultOfSetting(project, arguments[n][2..], arguments[n + 1]) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>Returns why a program does not read a setting; null if it does. It looks for the name in the program's sources.</summary>
    public static string? FaultOfSetting(string project, string name, string value)
    {
        var text = string.Concat(Sources(project).Concat(Sources("build/Programs")));
        if (!text.Contains($"\"{name}\"", StringComparison.Ordinal))
        {
            return $"{project} reads no setting '{name}'";
        }

        var isChoice = name.EndsWith(":Provider", StringComparison.Ordinal);
        return isChoice && !Regex.IsMatch(text, $@"\b{value}\b") ? $"{project} knows no {name} '{value}'" : null;
    }

    /// <summary>Returns whether the tests in a folder have a class, or a method, that a filter of xUnit.net finds.</summary>
    public static bool HasTest(string folder, string option, string filter)
    {
        var name = Regex.Escape(filter).Replace("\\*", "\\w*", StringComparison.Ordinal);
        var declaration = option == "-class" ? $@"\bclass {name}\b" : $@"\b{name}\(";
        return AllSources(folder).Any(t => Regex.IsMatch(t, declaration));
    }

    /// <summary>Returns whether the benchmarks have a scenario.</summary>
    public static bool HasScenario(string name) =>
        AllSources("Tests/Benchmarks").Any(t => t.Contains($"public const string Name = \"{name}\"", StringComparison.Ordinal));

    /// <summary>Returns whether a program of the repository, of a template or of the page itself maps the request.</summary>
    public static bool Maps(string page, CurlRequest request) => Sources("ClientSample")
        .Concat(AllSources("Templates/content"))
        .Concat(PageBlock.Of(page, "csharp").Select(static b => string.Join('\n', b.Lines)))
        .SelectMany(static t => Mapping().Matches(t))
        .Where(m => m.Groups["method"].Value.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
        .Any(m => Routes.Match(m.Groups["route"].Value, request.Path));

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(PageBlock.PathOf(folder), "*.cs").Select(File.ReadAllText);

    private static IEnumerable<string> AllSources(string folder) =>
        Directory.EnumerateFiles(PageBlock.PathOf(folder), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    private static string? Property(XDocument project, string name) => project.Descendants(name).FirstOrDefault()?.Value;

    private static IReadOnlyDictionary<string, string[]> Symbols(JsonElement template) =>
        template.TryGetProperty("symbols", out var symbols) ? symbols.EnumerateObject()
            .Where(static s => s.Value.GetProperty("type").GetString() == "parameter")
            .ToDictionary(static s => $"--{s.Name}", static s => Choices(s.Value)) : new Dictionary<string, string[]>();

    private static string[] Choices(JsonElement symbol) => symbol.TryGetProperty("choices", out var choices)
        ? [.. choices.EnumerateArray().Select(static c => c.GetProperty("choice").GetString()!)]
        : [];

    [GeneratedRegex(@"\.Map(?<method>Get|Post|Put|Delete)\(""(?<route>/[^""]*)""")]
    private static partial Regex Mapping();
}
