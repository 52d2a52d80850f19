namespace OrleansTasks.Archive;

/// <summary>
/// Keeps the texts that many rows share. Each text has a number and exists as long as something refers to it. The number 0 means no text.
/// </summary>
internal sealed class InternedTexts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(string? Text, int References)> _texts = [(null, 0)];
    private readonly Stack<int> _free = new();

    /// <summary>Gets the number of texts.</summary>
    public int Count => _numbers.Count;

    public string? this[int number] => _texts[number].Text;

    /// <summary>Returns the number of a text, and adds a reference to it.</summary>
    public int Add(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        if (!_numbers.TryGetValue(text, out var number))
        {
            if (!_free.TryPop(out number))
            {
                number = _texts.Count;
                _texts.Add(default);
            }

            _numbers.Add(text, number);
            _texts[number] = (text, 0);
        }

        _texts[number] = (text, _texts[number].References + 1);
        return number;
    }

    /// <summary>Returns the number of a text; null if nothing refers to it.</summary>
    public int? Find(string text) => _numbers.TryGetValue(text, out var number) ? number : null;

    /// <summary>Returns the numbers of all texts that match.</summary>
    public HashSet<int> Where(Func<string, bool> fits) => [.. _numbers.Where(n => fits(n.Key)).Select(static n => n.Value)];

    /// <summary>Removes a reference.</summary>
    public void Release(int number)
    {
        if (number == 0)
        {
            return;
        }

        var (text, references) = _texts[number];
        if (references > 1)
        {
            _texts[number] = (text, references - 1);
            return;
        }

        _texts[number] = default;
        _numbers.Remove(text!);
        _free.Push(number);
    }
}
