namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>All pages have one form, so that differences between versions show what was changed and readers do not stumble.</summary>
public sealed class MarkdownStyleTests
{
    [Fact]
    public void Pages_OfTheRepository_Conform()
    {
        var pages = Pages();
        Assert.True(pages.Count > 30, "The pages were not read.");
        var wrong = pages.SelectMany(static p => MarkdownRules.Check(p).Select(w => $"{p.Name}:{w}"))
            .ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} violation(s):\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [InlineData("One sentence. Another one.")]
    [InlineData("- One sentence? `Code` begins another one.")]
    [InlineData("**Lead.** One sentence. **Another one.**")]
    [InlineData("1. One sentence (in brackets). [A link](x.md) begins another one.")]
    [InlineData("A sentence that\ngoes on.")]
    public void Sentences_NotOneALine_AreFound(string text) => Assert.Single(MarkdownRules.Sentences(Of(text)));

    [Theory]
    [InlineData("1. One sentence with version 1.2 and `a. B`.\n2. [A](x.md#a.-b) is one too, says No. Seven:\n   text.")]
    [InlineData("One sentence.\nAnother one.\n\n| A. B | c |\n\n```sh\na. B\nc\n```")]
    [InlineData("**A short lead.** One sentence.\n- **Another lead:** One sentence.")]
    [InlineData("- An item\n- An item\n\nA paragraph without an end")]
    [InlineData("<!-- One. Two.\nThree. Four -->")]
    public void Sentences_OneALine_AreAccepted(string text) => Assert.Empty(MarkdownRules.Sentences(Of(text)));

    [Theory]
    [InlineData("# A\n\n### B", "level 3 follows")]
    [InlineData("# A\n\n# B", "second heading")]
    [InlineData("# A.", "punctuation")]
    [InlineData("## A", "level 2 follows")]
    [InlineData("text", "no heading")]
    public void Headings_OutOfOrder_AreFound(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(MarkdownRules.Headings(Of(text))), StringComparison.Ordinal);

    [Fact]
    public void Headings_InOrder_AreAccepted() =>
        Assert.Empty(MarkdownRules.Headings(Of("# A\n\n## B\n\n### C?\n\n## D\n\n```sh\n# no heading.\n```")));

    [Theory]
    [InlineData("```\ncode\n```", 1)]
    [InlineData("```csharp\ncode\n```\n\n~~~text\n```\n~~~", 0)]
    [InlineData("````markdown\n```\n````", 0)]
    public void Fences_WithoutALanguage_AreFound(string text, int count) => Assert.Equal(count, MarkdownRules.Fences(Of(text)).Count());

    [Theory]
    [InlineData("a \nb\n", 1)]
    [InlineData("a\tb\n", 1)]
    [InlineData("a\n\n\nb\n", 1)]
    [InlineData("a", 1)]
    [InlineData("a\n\nb\n", 0)]
    public void Spaces_OutOfPlace_AreFound(string text, int count) => Assert.Equal(count, MarkdownRules.Spaces(Of(text)).Count());

    [Theory]
    [InlineData("See https://example.com.", 1)]
    [InlineData("See <https://example.com>, `https://example.com` or [it](https://example.com).", 0)]
    [InlineData("```sh\ncurl https://example.com\n```", 0)]
    public void Addresses_Bare_AreFound(string text, int count) => Assert.Equal(count, MarkdownRules.Addresses(Of(text)).Count());

    [Theory]
    [InlineData("A run that is made again, for ever.", 2)]
    [InlineData("A viable run, `via` code, and whatever else.", 0)]
    public void Phrases_OfTheList_AreFound(string text, int count) => Assert.Equal(count, MarkdownRules.Phrases(Of(text)).Count());

    private static MarkdownSource Of(string text) => MarkdownSource.Of("page.md", text);

    /// <summary>Reads all pages, except for the changelog and the lists of the analyzers' releases, whose forms are given.</summary>
    private static List<MarkdownSource> Pages() =>
        [.. RepositoryFiles.With(".md")
            .Where(static f => f != "CHANGELOG.md" && !f.Contains("AnalyzerReleases", StringComparison.Ordinal))
            .Select(static f => MarkdownSource.Of(f, File.ReadAllText(Path.Combine(Snapshots.Root, f)).ReplaceLineEndings("\n")))];
}
