namespace OrleansTasks.Partitions;

/// <summary>The names of tasks in their order, which is made when somebody asks for it after they have changed.</summary>
/// <param name="names">The names.</param>
internal sealed class SortedNames(Func<IEnumerable<string>> names)
{
    private string[]? _sorted;

    /// <summary>They have changed.</summary>
    public void Forget() => _sorted = null;

    /// <summary>The names after one of them that begin in a way. Those that have gone meanwhile are among them.</summary>
    public IEnumerable<string> From(string? after, string? prefix)
    {
        if (_sorted is null)
        {
            _sorted = [.. names()];
            Array.Sort(_sorted, StringComparer.Ordinal);
        }

        var sorted = _sorted;
        for (var i = Math.Max(First(sorted, after, 1), First(sorted, prefix, 0)); i < sorted.Length && (prefix is null || sorted[i].StartsWith(prefix, StringComparison.Ordinal)); i++)
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
