using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>A page of the documentation: its text, its links, and the anchors of its headings.</summary>
internal sealed partial class LinkedPage
{
    private LinkedPage(string name)
    {
        Name = name;
        Text = File.ReadAllText(PathOf(name)).ReplaceLineEndings("\n");
        var prose = string.Join('\n', MarkdownSource.Of(name, Text).Lines
            .Where(static l => l.Kind is not (MarkdownKind.Code or MarkdownKind.FenceStart))
            .Select(static l => l.Text));
        var counts = new Dictionary<string, int>();
        Anchors = Heading().Matches(prose).Select(m => Numbered(Anchor(m.Groups["text"].Value))).ToHashSet();
        Links = [.. Link().Matches(Code().Replace(prose, "")).Select(static m => m.Groups["target"].Value)];

        // Several headings of one text have anchors with numbers.
        string Numbered(string anchor) =>
            (counts[anchor] = counts.GetValueOrDefault(anchor) + 1) is var n and > 1 ? $"{anchor}-{n - 1}" : anchor;
    }

    /// <summary>The README and all pages in the folder <c>docs</c>, by their paths from the root of the repository.</summary>
    public static IReadOnlyDictionary<string, LinkedPage> All { get; } = Directory
        .EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
        .Select(static f => Path.GetRelativePath(Snapshots.Root, f).Replace('\\', '/'))
        .Append("README.md")
        .ToDictionary(static n => n, static n => new LinkedPage(n));

    public string Name { get; }

    public string Text { get; }

    /// <summary>What links lead to, as it is written.</summary>
    public IReadOnlyList<string> Links { get; }

    public IReadOnlySet<string> Anchors { get; }

    /// <summary>A file of the repository.</summary>
    public static string PathOf(string name) => Path.Combine(Snapshots.Root, name);

    /// <summary>
    /// Returns what a link of this page leads to: a path from the root of the repository, and an anchor or nothing.
    /// Returns null if it leads elsewhere.
    /// </summary>
    public (string Path, string Anchor)? Resolve(string link)
    {
        if (Elsewhere().IsMatch(link))
        {
            return null;
        }

        var (path, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, "");
        var target = path.Length == 0
            ? Name
            : Path.GetRelativePath(Snapshots.Root, Path.Combine(PathOf(Name), "..", path)).Replace('\\', '/');
        return (target, anchor);
    }

    // As GitHub and DocFX make it of a heading: small letters, and no punctuation but hyphens, which stand for blanks.
    private static string Anchor(string heading) =>
        Punctuation().Replace(Link().Replace(heading, static m => m.Groups["text"].Value).ToLowerInvariant(), "").Trim().Replace(' ', '-');

    [GeneratedRegex("^#{1,6} +(?<text>.+?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\[(?<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?<target>[^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex Punctuation();

    [GeneratedRegex("^([a-z]+:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}
