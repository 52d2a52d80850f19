using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>The table of contents of the site has every page.</summary>
public sealed partial class SiteTests
{
    [Fact]
    public void Contents_OfTheSite_ListEveryPageOnce()
    {
        var contents = File.ReadAllText(Path.Combine(Snapshots.Root, "docs", "toc.yml"));
        var listed = Page().Matches(contents).Select(static m => "docs/" + m.Groups[1].Value).ToList();
        Assert.Equal(listed.Distinct(), listed);
        Assert.Empty(RepositoryFiles.With(".md").Where(static f => f.StartsWith("docs/", StringComparison.Ordinal))
            .Where(static f => !f.StartsWith("docs/adr/0", StringComparison.Ordinal))
            .Except(listed)
            .Select(static f => $"{f} is not in docs/toc.yml."));
    }

    /// <summary>The index has every decision record, and each has the same four sections and at most 60 lines.</summary>
    [Fact]
    public void DecisionRecords_AreListedAndShort()
    {
        var index = File.ReadAllText(Path.Combine(Snapshots.Root, "docs", "adr", "index.md"));
        var records = RepositoryFiles.With(".md").Where(static f => f.StartsWith("docs/adr/0", StringComparison.Ordinal)).ToList();
        Assert.True(records.Count >= 9, "The records were not read.");
        foreach (var record in records)
        {
            var lines = File.ReadAllLines(Path.Combine(Snapshots.Root, record));
            Assert.Contains($"({Path.GetFileName(record)})", index, StringComparison.Ordinal);
            var sections = lines.Where(static l => l.StartsWith("## ", StringComparison.Ordinal));
            Assert.Equal(["## Status", "## Context", "## Decision", "## Consequences"], sections);
            Assert.True(lines.Length <= 60, $"{record} has {lines.Length} lines.");
        }
    }

    [GeneratedRegex(@"^\s*href: ([a-z0-9/-]+\.md)$", RegexOptions.Multiline)]
    private static partial Regex Page();
}
