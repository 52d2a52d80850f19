using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>The text of a message: literal text, and holes with the source of their expressions.</summary>
internal sealed partial record MessageText(ImmutableArray<MessageText.Part> Parts)
{
    /// <summary>What a hole is replaced with in <see cref="Shown"/>.</summary>
    public const char Hole = '\u00a4';

    public static MessageText Empty { get; } = new([]);

    /// <summary>Gets the sources of the holes.</summary>
    public IEnumerable<string> Holes => Parts.Where(static p => p.IsHole).Select(static p => p.Text);

    /// <summary>Gets the text as a reader sees it, with a sign for each hole.</summary>
    public string Shown => string.Concat(Parts.Select(static p => p.IsHole ? Hole.ToString() : p.Text));

    /// <summary>Gets the text with the sources of the holes in braces.</summary>
    public string Source => string.Concat(Parts.Select(static p => p.IsHole ? $"{{{p.Text}}}" : p.Text));

    /// <summary>Gets whether this is a sentence or a clause, and not only a name.</summary>
    public bool IsMessage => Word().Count(string.Concat(Parts.Where(static p => !p.IsHole).Select(static p => p.Text))) >= 2
        && Shown.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length >= 4;

    public static MessageText Literal(string text) => new([new Part(text, false)]);

    public static MessageText OfHole(string source) => new([new Part(source, true)]);

    /// <summary>Returns the message of a source as in a program, such as <c>{name} is {value}.</c></summary>
    public static MessageText Parse(string source)
    {
        var all = Empty;
        foreach (var part in Braces().Split(source).Where(static p => p.Length > 0))
        {
            all = all.With(part[0] == '{' ? OfHole(part[1..^1]) : Literal(part));
        }

        return all;
    }

    public MessageText With(MessageText next) => new([.. Parts, .. next.Parts]);

    /// <summary>Returns the message with another text in the place of a parameter.</summary>
    public MessageText Replace(string parameter, MessageText text) =>
        new([.. Parts.SelectMany(p => p.IsHole && IsOf(p.Text, parameter) ? text.Parts : [p])]);

    /// <summary>Decides whether a hole shows a parameter, perhaps without its last point.</summary>
    public bool Shows(string parameter) => Holes.Any(h => IsOf(h, parameter));

    private static bool IsOf(string hole, string parameter) => hole == parameter || hole == $"{parameter}.TrimEnd('.')";

    [GeneratedRegex(@"(\{[^{}]*\})")]
    private static partial Regex Braces();

    [GeneratedRegex("[A-Za-z]{2,}")]
    private static partial Regex Word();

    /// <summary>A literal text, or a hole with the source of its expression.</summary>
    internal readonly record struct Part(string Text, bool IsHole);
}
