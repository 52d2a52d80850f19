using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>The rules for the form of pages. Each returns what is wrong, with the number of the line.</summary>
internal static partial class MarkdownRules
{
    /// <summary>Abbreviations that end with a period and are followed by a capital letter within a sentence.</summary>
    private static readonly string[] Abbreviations = ["No.", "vs.", "St.", "Dr."];

    /// <summary>Returns everything that is wrong with a page.</summary>
    public static IEnumerable<string> Check(MarkdownSource page) =>
        [.. Sentences(page), .. Headings(page), .. Fences(page), .. Spaces(page), .. Addresses(page), .. Phrases(page)];

    /// <summary>
    /// One sentence is on one line: none ends within a line, and none goes on in the next. A short lead in bold type at the beginning of a
    /// line is no sentence.
    /// </summary>
    public static IEnumerable<string> Sentences(MarkdownSource page)
    {
        MarkdownLine? before = null;
        foreach (var line in page.Lines)
        {
            if (line.Kind == MarkdownKind.Prose)
            {
                var text = Lead().Replace(line.Prose, "");
                if (SentenceEnd().Matches(text).Any(m => !IsAbbreviation(text[..(m.Index + 1)])))
                {
                    yield return $"{line.Number}: more than one sentence on the line";
                }

                if (before is not null && !line.StartsBlock && !LineEnd().IsMatch(before.Prose))
                {
                    yield return $"{before.Number}: the sentence goes on in the next line";
                }
            }

            before = line.Kind == MarkdownKind.Prose ? line : null;
        }
    }

    /// <summary>Only the first heading is of level 1, levels increase by one, and headings have no punctuation at their end.</summary>
    public static IEnumerable<string> Headings(MarkdownSource page)
    {
        var level = 0;
        foreach (var line in page.Lines.Where(static l => l.Kind == MarkdownKind.Heading))
        {
            var text = line.Text.Trim();
            var its = text.TakeWhile(static c => c == '#').Count();
            if (its > level + 1)
            {
                yield return $"{line.Number}: a heading of level {its} follows one of level {level}";
            }

            if (its == 1 && level > 0)
            {
                yield return $"{line.Number}: a second heading of level 1";
            }

            if (text[^1] is '.' or ',' or ';' or ':' or '!')
            {
                yield return $"{line.Number}: punctuation at the end of a heading";
            }

            level = its;
        }

        if (level == 0)
        {
            yield return "1: no heading";
        }
    }

    /// <summary>Each block of code says its language; <c>text</c> if it has none.</summary>
    public static IEnumerable<string> Fences(MarkdownSource page) =>
        page.Lines.Where(static l => l.Kind == MarkdownKind.FenceStart && l.Text.Trim().Trim('`', '~').Length == 0)
            .Select(static l => $"{l.Number}: a block of code without a language");

    /// <summary>There are no spaces at the ends of lines, no tabs, no two empty lines in a row, and one line feed at the end.</summary>
    public static IEnumerable<string> Spaces(MarkdownSource page)
    {
        foreach (var line in page.Lines)
        {
            if (line.Text.Length > 0 && char.IsWhiteSpace(line.Text[^1]))
            {
                yield return $"{line.Number}: a space at the end of the line";
            }

            if (line.Text.Contains('\t', StringComparison.Ordinal))
            {
                yield return $"{line.Number}: a tab";
            }

            if (line.Number > 1 && line.Kind == MarkdownKind.Blank && page.Lines[line.Number - 2].Kind == MarkdownKind.Blank)
            {
                yield return $"{line.Number}: two empty lines in a row";
            }
        }

        if (!page.Text.EndsWith('\n'))
        {
            yield return $"{page.Lines.Count}: no line feed at the end";
        }
    }

    /// <summary>An address in text is a link, is in angle brackets, or is code.</summary>
    public static IEnumerable<string> Addresses(MarkdownSource page) =>
        page.Lines.Where(static l => BareAddress().IsMatch(l.Prose))
            .Select(static l => $"{l.Number}: a bare address; make it a link, or put it into angle brackets");

    /// <summary>Phrases that readers stumble over have a plain word instead.</summary>
    public static IEnumerable<string> Phrases(MarkdownSource page) =>
        from line in page.Lines
        from phrase in Vocabulary.Phrases
        where phrase.Pattern.IsMatch(line.Prose)
        select $"{line.Number}: \"{phrase.Text}\"; write {phrase.Instead}";

    private static bool IsAbbreviation(string text) => Abbreviations.Any(a => text.EndsWith(a, StringComparison.Ordinal));

    [GeneratedRegex(@"[.!?][)""*_`]*\s+[(""*_\[`]*[A-Z]")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"^\*\*[^*]{1,40}[.:]\*\*\s+")]
    private static partial Regex Lead();

    [GeneratedRegex(@"[.:!?][)""*_`]*$|^!?\[[^\]]*\]$")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"(?<![<\w`""'=])https?://")]
    private static partial Regex BareAddress();
}
