extern alias Generators;

using System.Text.RegularExpressions;
using Generators::OrleansTasks.Generators.Checks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Compares the page about diagnostics with the code.</summary>
public sealed class DiagnosticsTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Snapshots.Root, "docs", "diagnostics.md"));

    [Fact]
    public void Page_Table_HasEachDiagnosticWithItsSeverityAndTitle()
    {
        var rows = Page.Where(static l => l.StartsWith("| [OTASK", StringComparison.Ordinal))
            .Select(static l => string.Join(" | ", l.Split('|').Select(static c => c.Trim()).Skip(1).Take(3)));
        Assert.Equal(
            Diagnostics.All.Select(
                static d => $"[{d.Id}](#{d.Id.ToLowerInvariant()}) | {d.DefaultSeverity.ToString().ToLowerInvariant()} | {d.Title}"), rows);
    }

    [Fact]
    public void Page_Sections_MatchTheLinksOfTheDiagnostics()
    {
        var sections = Page.Where(static l => l.StartsWith("## ", StringComparison.Ordinal)).Select(static l => l[3..]);
        Assert.Equal(Diagnostics.All.Select(static d => d.Id), sections);
        Assert.All(Diagnostics.All, static d => Assert.Equal($"docs/diagnostics.md#{d.Id.ToLowerInvariant()}", d.HelpLinkUri));
    }

    [Fact]
    public void Ids_OfDiagnostics_AreOrderedAndUnique() =>
        Assert.Equal(Enumerable.Range(1, Diagnostics.All.Count).Select(static n => $"OTASK{n:000}"),
            Diagnostics.All.Select(static d => d.Id));

    [Fact]
    public void Page_Fixes_MatchTheCodeFixes()
    {
        var withFix = Page.Where(static l => Regex.IsMatch(l, @"^\| \[OTASK\d+\].*\|[^|]*\w[^|]*\|$")).Select(static l => l[3..11]);
        Assert.Equal(Analysis.FixableIds, withFix);
    }
}
