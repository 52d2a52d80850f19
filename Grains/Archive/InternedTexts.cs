namespace OrleansTasks.Archive;

/// <summary>Texts that many rows share, each with a number and as long as something refers to it. Number 0 is no text.</summary>
internal sealed class InternedTexts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(string? Text, int References)> _texts = [(null, 0)];
    private readonly Stack<int> _free = new();

    /// <summary>How many texts there are.</summary>
    public int Count => _numbers.Count;

    public string? this[int number] => _texts[number].Text;

    /// <summary>The number of a text, with one more reference to it.</summary>
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

    /// <summary>The number of a text; null if nothing refers to it.</summary>
    public int? Find(string text) => _numbers.TryGetValue(text, out var number) ? number : null;

    /// <summary>The numbers of all texts that fit.</summary>
    public HashSet<int> Where(Func<string, bool> fits) => [.. _numbers.Where(n => fits(n.Key)).Select(static n => n.Value)];

    /// <summary>Takes a reference back.</summary>
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
