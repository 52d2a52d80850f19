using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Testing.Pages;

/// <summary>
/// Checks that the page shows code that is compiled and run. With <c>UPDATE_SNAPSHOTS=1</c>, writes the differences into the page.
/// </summary>
public sealed partial class PageTests
{
    private static readonly string Root = Path.GetFullPath(typeof(PageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryFolder").Value!);

    public static TheoryData<string, string> Sources => new()
    {
        { "", "Tests/Testing/Pages/Examples.cs" },
        { "nunit-", "samples/Testing/NUnit/ReportTests.cs" },
        { "mstest-", "samples/Testing/MSTest/ReportTests.cs" },
    };

    private static string Page => Path.Combine(Root, "docs", "testing-your-tasks.md");

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Examples_OfThePage_AreThoseOfTheSources(string prefix, string source)
    {
        var stop = TestContext.Current.CancellationToken;
        var examples = Example().Matches(await File.ReadAllTextAsync(Path.Combine(Root, source), stop)).ToDictionary(m => prefix + m.Groups["name"].Value, m => Dedent(m.Groups["text"].Value));
        var page = await File.ReadAllTextAsync(Page, stop);
        Assert.NotEmpty(examples);
        foreach (var (name, text) in examples)
        {
            var shown = Block().Matches(page).SingleOrDefault(m => m.Groups["name"].Value == name);
            Assert.True(shown is not null, $"The page does not show the example '{name}' of {source}.");
            if (shown.Groups["text"].Value != text && Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            {
                page = page.Replace(shown.Value, $"<!-- example: {name} -->\n```csharp\n{text}```\n", StringComparison.Ordinal);
                await File.WriteAllTextAsync(Page, page, stop);
            }
            else
            {
                Assert.Equal(text, shown.Groups["text"].Value);
            }
        }
    }

    [Fact]
    public async Task Page_ShowsNoCodeThatIsNotCompiled()
    {
        var page = await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken);
        Assert.Equal(Fence().Count(page), Block().Count(page));
    }

    private static string Dedent(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var indent = lines.Where(l => l.Trim().Length > 0).Min(l => l.Length - l.TrimStart().Length);
        return string.Concat(lines.Select(l => (l.Length > indent ? l[indent..] : "") + "\n"));
    }

    [GeneratedRegex(@"^ *// example: (?<name>[a-z-]+)\r?\n(?<text>.*?)^ *// end$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^<!-- example: (?<name>[a-z-]+) -->\n```csharp\n(?<text>.*?)```\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^```csharp$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
