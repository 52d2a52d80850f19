namespace OrleansTasks.Partitions;

/// <summary>Keeps the names of tasks in order. It sorts them on the first query after a change.</summary>
/// <param name="names">The names.</param>
internal sealed class SortedNames(Func<IEnumerable<string>> names)
{
    private string[]? _sorted;

    /// <summary>Discards the order, because the names have changed.</summary>
    public void Forget() => _sorted = null;

    /// <summary>Returns the names after a given one that start with a prefix. They may include names that were removed meanwhile.</summary>
    public IEnumerable<string> From(string? after, string? prefix)
    {
        if (_sorted is null)
        {
            _sorted = [.. names()];
            Array.Sort(_sorted, StringComparer.Ordinal);
        }

        var sorted = _sorted;
        for (var i = Math.Max(First(sorted, after, 1), First(sorted, prefix, 0)); i < sorted.Length
            && (prefix is null || sorted[i].StartsWith(prefix, StringComparison.Ordinal)); i++)
        {
            yield return sorted[i];
        }
    }

    private static int First(string[] sorted, string? name, int pastEqual)
    {
        if (name is null)
        {
            return 0;
        }

        var at = Array.BinarySearch(sorted, name, StringComparer.Ordinal);
        return at >= 0 ? at + pastEqual : ~at;
    }
}
