using System.Buffers;
using System.Text;

namespace OrleansTasks.Archive;

/// <summary>Looks for a text in the stored details of runs, so that few of them have to be read as JSON.</summary>
internal sealed class DetailsText
{
    private readonly SearchValues<string>? _wanted;
    private char[] _characters = [];

    /// <param name="text">The text. Its case does not matter.</param>
    public DetailsText(string text)
    {
        Text = text;

        // Other characters may be escaped in JSON, or separate two values that are searched as one text.
        _wanted = text.All(static c => char.IsAsciiLetterOrDigit(c) || " -_.".Contains(c, StringComparison.Ordinal))
            ? SearchValues.Create([text], StringComparison.OrdinalIgnoreCase)
            : null;
    }

    /// <summary>Gets the text.</summary>
    public string Text { get; }

    /// <summary>Returns whether the text may be in the details of a run. If not, it is in none of its values.</summary>
    public bool MayBeIn(ReadOnlySpan<byte> details)
    {
        if (_wanted is null)
        {
            return true;
        }

        if (_characters.Length < details.Length)
        {
            _characters = new char[Math.Max(1024, details.Length * 2)];
        }

        var length = Encoding.UTF8.GetChars(details, _characters);
        return _characters.AsSpan(0, length).ContainsAny(_wanted);
    }
}
