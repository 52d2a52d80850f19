namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>The README and the pages in <c>docs</c>: every link leads somewhere, every page is found, and the README stays short.</summary>
public sealed class LinkTests
{
    private const int MaxLinesOfReadme = 200;
    private const string Index = "docs/index.md";

    [Fact]
    public void Links_OfAllPages_LeadToExistingTargets() =>
        Assert.Empty(LinkedPage.All.Values.SelectMany(static p => p.Links.Select(l => Fault(p, l)).OfType<string>()));

    [Fact]
    public void Pages_InTheFolder_AreReachedFromTheIndex()
    {
        HashSet<string> reached = [Index];
        var next = new Queue<LinkedPage>([LinkedPage.All[Index]]);
        while (next.TryDequeue(out var page))
        {
            foreach (var link in page.Links.Select(page.Resolve).OfType<(string Path, string Anchor)>())
            {
                if (link.Path.StartsWith("docs/", StringComparison.Ordinal)
                    && LinkedPage.All.TryGetValue(link.Path, out var other)
                    && reached.Add(link.Path))
                {
                    next.Enqueue(other);
                }
            }
        }

        Assert.Empty(LinkedPage.All.Keys.Where(static p => p.StartsWith("docs/", StringComparison.Ordinal)).Except(reached));
    }

    [Fact]
    public void Readme_IsShort() => Assert.InRange(File.ReadLines(LinkedPage.PathOf("README.md")).Count(), 1, MaxLinesOfReadme);

    private static string? Fault(LinkedPage page, string link)
    {
        if (page.Resolve(link) is not var (path, anchor))
        {
            return null;
        }

        if (!File.Exists(LinkedPage.PathOf(path)) && !Directory.Exists(LinkedPage.PathOf(path)))
        {
            return $"{page.Name}: {link} leads to no file.";
        }

        return anchor.Length == 0 || (LinkedPage.All.TryGetValue(path, out var other) && other.Anchors.Contains(anchor))
            ? null
            : $"{page.Name}: {link} leads to no heading.";
    }
}
