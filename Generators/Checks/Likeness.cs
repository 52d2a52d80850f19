namespace OrleansTasks.Generators.Checks;

/// <summary>Finds the known text that a misspelled text probably means.</summary>
internal static class Likeness
{
    private const int MaxLength = 100;

    /// <summary>Returns the known text that needs the fewest changes of letters, or null if every one needs too many.</summary>
    public static string? Closest(string text, IEnumerable<string> known)
    {
        var (best, fewest) = ((string?)null, Math.Max(1, text.Length / 4) + 1);
        foreach (var candidate in text.Length > MaxLength ? [] : known)
        {
            if (Math.Abs(candidate.Length - text.Length) < fewest && Changes(text, candidate) is var changes && changes < fewest)
            {
                (best, fewest) = (candidate, changes);
            }
        }

        return best;
    }

    /// <summary>Returns how many letters must be added, removed or changed.</summary>
    private static int Changes(string one, string other)
    {
        var before = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var row = new int[other.Length + 1];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = before[j - 1] + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(before[j], row[j - 1]) + 1);
            }

            before = row;
        }

        return before[other.Length];
    }
}
