using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>
/// Shows that all pages show what is compiled: each block of C# or F# is an example in a source file, between
/// <c>// example: name</c> and <c>// end</c>.
/// With <c>UPDATE_SNAPSHOTS=1</c> what differs is written into the page.
/// </summary>
public sealed partial class ExampleTests
{
    private const string TestKitPage = "docs/testing-your-tasks.md";

    // Packages show it. The site of packages would show the name of an example as text.
    private const string PackagePage = "build/package-readme.md";
    private const string PackageExample = "package-readme";

    // Where the examples are: files, or folders with files of C#. Those in Tests/Samples need packages of others, or the generator.
    private static readonly string[] Sources =
        ["Tests/Unit/Pages/Examples", "Tests/Samples/Pages", "Tests/AppHost/Example.cs", "Tests/FSharp/HandlerTests.fs"];

    // Where the examples of the page about the test kit are, and what their names begin with there.
    private static readonly (string Prefix, string Path)[] OfTestKit =
    [
        ("", "Tests/Testing/Pages/Examples.cs"),
        ("nunit-", "samples/Testing/NUnit/ReportTests.cs"),
        ("mstest-", "samples/Testing/MSTest/ReportTests.cs"),
    ];

    private static readonly string[] Compiled = ["csharp", "fsharp"];

    // Tests/Cli reads blocks of json, yaml, sh and console; the rest is for the eye.
    private static readonly string[] Languages = [.. Compiled, "json", "yaml", "sh", "console", "text", "mermaid"];

    public static TheoryData<string> Pages => [.. LinkedPage.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Examples_OfAPage_MatchTheSources(string name)
    {
        var examples = Examples(name);
        var page = LinkedPage.All[name].Text;
        var updated = Block().Replace(page, block => Written(block, Assert.Contains(block.Groups["name"].Value, examples)));
        if (updated != page && Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(LinkedPage.PathOf(name), updated);
            return;
        }

        Assert.Equal(updated, page);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_OfTheDocumentation_ShowsNoCodeThatIsNotCompiled(string name)
    {
        var page = LinkedPage.All[name].Text;
        Assert.Equal(Block().Count(page), Fence().Matches(page).Count(static f => Compiled.Contains(f.Groups["language"].Value)));
    }

    [Fact]
    public void Blocks_OfAllPages_AreOfLanguagesThatTestsKnow()
    {
        var blocks = RepositoryFiles.With(".md")
            .SelectMany(static p => MarkdownSource.Of(p, File.ReadAllText(LinkedPage.PathOf(p))).Lines.Select(l => (Page: p, Line: l)))
            .Where(static b => b.Line.Kind == MarkdownKind.FenceStart);
        Assert.All(blocks, static b => Assert.Contains(
            LanguageOf(b.Line),
            b.Page == PackagePage || LinkedPage.All.ContainsKey(b.Page) ? Languages : Languages.Except(Compiled)));
    }

    [Fact]
    public void PageOfPackages_Program_IsThatOfTheSources()
    {
        var page = File.ReadAllText(LinkedPage.PathOf(PackagePage)).ReplaceLineEndings("\n");
        Assert.Contains($"\n{Fenced(Examples(PackagePage)[PackageExample])}", page, StringComparison.Ordinal);
        Assert.Single(Fence().Matches(page));
    }

    [Fact]
    public void Examples_OfTheSources_AreAllShown()
    {
        var shown = Pages.ToLookup(
            static p => p.Data == TestKitPage,
            static p => Block().Matches(LinkedPage.All[p.Data].Text).Select(static m => m.Groups["name"].Value));
        Assert.Empty(Examples(TestKitPage).Keys.Except(shown[true].SelectMany(static n => n)));
        Assert.Empty(Examples("README.md").Keys.Except(shown[false].SelectMany(static n => n).Append(PackageExample)));
    }

    private static string LanguageOf(MarkdownLine fence) => fence.Text.Trim(' ', '`', '~');

    private static string Written(Match block, Example example) => $"<!-- example: {block.Groups["name"].Value} -->\n{Fenced(example)}";

    private static string Fenced(Example example) => $"```{example.Language}\n{example.Text}```\n";

    private static Dictionary<string, Example> Examples(string page) =>
        (page == TestKitPage ? OfTestKit : Sources.SelectMany(Files).Select(static f => ("", f)))
        .SelectMany(static s => Region().Matches(File.ReadAllText(LinkedPage.PathOf(s.Item2)).ReplaceLineEndings("\n"))
            .Select(m => (Name: s.Item1 + m.Groups["name"].Value, Text: Shown(m.Groups["text"].Value), Path: s.Item2)))
        .ToDictionary(static e => e.Name, static e => new Example(Path.GetExtension(e.Path) == ".fs" ? "fsharp" : "csharp", e.Text));

    private static IEnumerable<string> Files(string source) =>
        Directory.Exists(LinkedPage.PathOf(source)) ? Directory.EnumerateFiles(LinkedPage.PathOf(source), "*.cs") : [source];

    // Without its indentation. The usings of a whole program stand at the top of the source file, and as comments where the program begins.
    private static string Shown(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var indent = lines.Where(static l => l.Trim().Length > 0).Min(static l => l.Length - l.TrimStart().Length);
        return Using().Replace(string.Concat(lines.Select(l => (l.Length > indent ? l[indent..] : "") + "\n")), "using ");
    }

    [GeneratedRegex("^ *// example: (?<name>[a-z0-9-]+)\n(?<text>.*?)^ *// end$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(
        "^<!-- example: (?<name>[a-z0-9-]+) -->\n```(csharp|fsharp)\n(?<text>.*?)```\n",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^ *```+ *(?<language>[A-Za-z#]+)", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("^// using (?=[A-Za-z.]+;$)", RegexOptions.Multiline)]
    private static partial Regex Using();

    private sealed record Example(string Language, string Text);
}
