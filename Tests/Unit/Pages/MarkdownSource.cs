using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>A Markdown file, line by line. It knows as much of Markdown as the pages of this repository use.</summary>
internal sealed partial class MarkdownSource
{
    private MarkdownSource(string name, string text)
    {
        (Name, Text) = (name, text);
        Lines = Read(text);
    }

    /// <summary>Gets the path from the root of the repository.</summary>
    public string Name { get; }

    public string Text { get; }

    public IReadOnlyList<MarkdownLine> Lines { get; }

    public static MarkdownSource Of(string name, string text) => new(name, text);

    private static List<MarkdownLine> Read(string text)
    {
        var lines = new List<MarkdownLine>();
        string? fence = null;
        var inComment = false;
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            MarkdownKind kind;
            if (fence is not null)
            {
                kind = MarkdownKind.Code;
                fence = trimmed == fence ? null : fence;
            }
            else if (Fence().Match(trimmed) is { Success: true } start)
            {
                (kind, fence) = (MarkdownKind.FenceStart, start.Value);
            }
            else
            {
                kind = inComment ? MarkdownKind.Html : KindOf(trimmed);
                inComment = (inComment || trimmed.StartsWith("<!--", StringComparison.Ordinal))
                    && !trimmed.Contains("-->", StringComparison.Ordinal);
            }

            var body = ListMarker().Replace(trimmed, "");
            var isText = kind is MarkdownKind.Prose or MarkdownKind.Heading or MarkdownKind.Table;
            lines.Add(new MarkdownLine(lines.Count + 1, kind, line, isText ? Masked(body) : "", body.Length < trimmed.Length));
        }

        return lines;
    }

    private static MarkdownKind KindOf(string trimmed) => trimmed switch
    {
        "" => MarkdownKind.Blank,
        ['|', ..] => MarkdownKind.Table,
        ['<', '!', '-', '-', ..] or ['<', '/', ..] => MarkdownKind.Html,
        ['<', _, ..] when HtmlTag().IsMatch(trimmed) => MarkdownKind.Html,
        _ when Heading().IsMatch(trimmed) => MarkdownKind.Heading,
        _ => MarkdownKind.Prose,
    };

    /// <summary>Replaces all but the first character of a code span by the letter x, and omits the addresses of links.</summary>
    private static string Masked(string body)
    {
        body = CodeSpan().Replace(body, static m => $"`{m.Groups[2].Value[..1]}{new string('x', m.Groups[2].Length - 1)}`");
        return LinkAddress().Replace(body, "]");
    }

    [GeneratedRegex("^(`{3,}|~{3,})")]
    private static partial Regex Fence();

    [GeneratedRegex("^#{1,6}( |$)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^<[a-z][a-z0-9]*[ >/]")]
    private static partial Regex HtmlTag();

    [GeneratedRegex(@"^(> ?)?([-*+]|\d+[.)])\s+(\[[ x]\] )?")]
    private static partial Regex ListMarker();

    [GeneratedRegex("(`+)(.+?)\\1")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\([^)\s]*(\s+""[^""]*"")?\)")]
    private static partial Regex LinkAddress();
}
