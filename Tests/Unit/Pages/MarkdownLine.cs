namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>What a line of a Markdown file is.</summary>
internal enum MarkdownKind
{
    /// <summary>An empty line.</summary>
    Blank,

    /// <summary>A heading, with the number signs.</summary>
    Heading,

    /// <summary>A row of a table.</summary>
    Table,

    /// <summary>The beginning of a block of code, with its language.</summary>
    FenceStart,

    /// <summary>A line in a block of code, or its end.</summary>
    Code,

    /// <summary>A comment or a tag of HTML.</summary>
    Html,

    /// <summary>Text: a line of a paragraph or of an item of a list.</summary>
    Prose,
}

/// <summary>A line of a Markdown file.</summary>
/// <param name="Number">The number of the line, from 1.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The line as it is in the file.</param>
/// <param name="Prose">The line without indentation, list marker, content of code spans and addresses of links.</param>
/// <param name="StartsBlock">Whether the line begins an item of a list.</param>
internal sealed record MarkdownLine(int Number, MarkdownKind Kind, string Text, string Prose, bool StartsBlock);
