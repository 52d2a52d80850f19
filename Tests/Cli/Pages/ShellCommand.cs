using System.Text;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>A command of a page, as a shell splits it into words.</summary>
/// <param name="Place">The page and the line.</param>
/// <param name="Text">The command as the page has it.</param>
/// <param name="Variables">The environment variables that are set for this command.</param>
/// <param name="Words">The program and its arguments.</param>
internal sealed partial record ShellCommand(
    string Place, string Text, IReadOnlyDictionary<string, string> Variables, string[] Words)
{
    public string Program => Words[0];

    public string[] Arguments => Words[1..];

    /// <summary>Returns the commands of a page.</summary>
    public static IEnumerable<ShellCommand> Of(string page) => Blocks(page).SelectMany(static b => b);

    /// <summary>Returns the commands of each block of a page. In a block with output, they follow the prompt.</summary>
    public static IEnumerable<IEnumerable<ShellCommand>> Blocks(string page) =>
        PageBlock.Of(page, "sh", "console", "bash", "powershell").Select(Of);

    /// <exception cref="FormatException">The command uses more of a shell than is known here.</exception>
    public static ShellCommand Parse(string place, string text)
    {
        var words = Split(place, text);
        var variables = words.TakeWhile(static w => Assignment().IsMatch(w))
            .Select(static w => w.Split('=', 2))
            .ToDictionary(static p => p[0], static p => p[1]);
        return new ShellCommand(place, text, variables, [.. words.Skip(variables.Count)]);
    }

    private static IEnumerable<ShellCommand> Of(PageBlock block)
    {
        var (text, first) = ("", 0);
        foreach (var (index, line) in block.Lines.Index())
        {
            var shown = line;
            if (block.Language == "console" && text.Length == 0)
            {
                shown = line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : "";
            }

            if (text.Length == 0 && (string.IsNullOrWhiteSpace(shown) || shown.StartsWith('#')))
            {
                continue;
            }

            first = text.Length == 0 ? block.Line + index : first;
            text += shown;
            if (text.EndsWith('\\'))
            {
                text = text[..^1];
                continue;
            }

            yield return Parse($"{block.Page}:{first}", text);
            text = "";
        }
    }

    private static List<string> Split(string place, string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isOpen, isFile) = ('\0', false, false);
        foreach (var letter in text + ' ')
        {
            switch (letter)
            {
                case ' ' when quote == '\0':
                    if (isOpen && !isFile)
                    {
                        words.Add(word.ToString());
                    }

                    isFile &= !isOpen;
                    word.Clear();
                    isOpen = false;
                    break;
                case '\'' or '"' when quote == '\0':
                    (quote, isOpen) = (letter, true);
                    break;
                case '\'' or '"' when quote == letter:
                    quote = '\0';
                    break;
                case '>' when quote == '\0':
                    isFile = true;
                    break;
                case '&' when quote == '\0' && text.EndsWith(" &", StringComparison.Ordinal):
                    break;
                case '|' or ';' or '<' or '&' or '`' or '(' or '*' or '[' when quote == '\0':
                    throw new FormatException($"{place}: {text}: '{letter}' is not known here. A page has one command on a line.");
                default:
                    word.Append(letter);
                    isOpen = true;
                    break;
            }
        }

        return quote == '\0' ? words : throw new FormatException($"{place}: {text}: the quotation does not end.");
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex Assignment();
}
