using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>
/// Shows that pages for users show what is compiled: each block of C# is an example in a source file, between
/// <c>// example: name</c> and <c>// end</c>.
/// With <c>UPDATE_SNAPSHOTS=1</c> what differs is written into the page.
/// </summary>
public sealed partial class ExampleTests
{
    private const string Own = "Tests/Unit/Pages/Examples";
    private const string TestKitPage = "docs/testing-your-tasks.md";

    // Where the examples of a page are, and what their names begin with there.
    private static readonly (string Prefix, string Path)[] OfTestKit =
    [
        ("", "Tests/Testing/Pages/Examples.cs"),
        ("nunit-", "samples/Testing/NUnit/ReportTests.cs"),
        ("mstest-", "samples/Testing/MSTest/ReportTests.cs"),
    ];

    /// <summary>The pages all of whose C# is compiled.</summary>
    public static TheoryData<string> Pages =>
    [
        .. LinkedPage.All.Keys
            .Where(static p => p is "README.md" or "docs/index.md" or "docs/getting-started.md" or "docs/tour.md" or "docs/client.md"
                    or "docs/troubleshooting.md" or "docs/upgrading.md" or TestKitPage
                || p.StartsWith("docs/how-to/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

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
    public void Page_ForUsers_ShowsCompiledCodeOnly(string name)
    {
        var page = LinkedPage.All[name].Text;
        Assert.Equal(Block().Count(page), Fence().Count(page));
    }

    [Fact]
    public void Examples_OfTheSources_AreAllShown()
    {
        var shown = Pages.ToLookup(
            static p => p.Data == TestKitPage,
            static p => Block().Matches(LinkedPage.All[p.Data].Text).Select(static m => m.Groups["name"].Value));
        Assert.Empty(Examples(TestKitPage).Keys.Except(shown[true].SelectMany(static n => n)));
        Assert.Empty(Examples("README.md").Keys.Except(shown[false].SelectMany(static n => n)));
    }

    private static string Written(Match block, string text) => $"<!-- example: {block.Groups["name"].Value} -->\n```csharp\n{text}```\n";

    private static Dictionary<string, string> Examples(string page) =>
        (page == TestKitPage ? OfTestKit : Directory.EnumerateFiles(LinkedPage.PathOf(Own), "*.cs").Select(static f => ("", f)))
        .SelectMany(static s => Example().Matches(File.ReadAllText(LinkedPage.PathOf(s.Item2)).ReplaceLineEndings("\n"))
            .Select(m => (Name: s.Item1 + m.Groups["name"].Value, Text: Shown(m.Groups["text"].Value))))
        .ToDictionary(static e => e.Name, static e => e.Text);

    // Without its indentation. The usings of a whole program stand at the top of the source file, and as comments where the program begins.
    private static string Shown(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var indent = lines.Where(static l => l.Trim().Length > 0).Min(static l => l.Length - l.TrimStart().Length);
        return Using().Replace(string.Concat(lines.Select(l => (l.Length > indent ? l[indent..] : "") + "\n")), "using ");
    }

    [GeneratedRegex("^ *// example: (?<name>[a-z0-9-]+)\n(?<text>.*?)^ *// end$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(
        "^<!-- example: (?<name>[a-z0-9-]+) -->\n```csharp\n(?<text>.*?)```\n",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^ *```+ *(csharp|cs|c#)\\b", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();

    [GeneratedRegex("^// using (?=[A-Za-z.]+;$)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
