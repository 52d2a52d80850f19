namespace OrleansTasks.Storage;

/// <summary>
/// Assigns the names of deltas. It assigns no name twice within a generation: it is not always known whether a manifest that names a delta
/// was stored, and a named delta must not change. Pure.
/// </summary>
internal sealed class DeltaNames
{
    private readonly Dictionary<long, int> _next = [];

    /// <summary>Takes the next names of a generation.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="named">The number of its names that the manifest contains.</param>
    /// <param name="count">The number of names that are needed.</param>
    /// <returns>The index of the first name.</returns>
    public int Take(long generation, int named, int count)
    {
        // Only one generation is written at a time, and earlier ones are never written again.
        foreach (var old in _next.Keys.Where(g => g < generation - 1).ToList())
        {
            _next.Remove(old);
        }

        var first = Math.Max(named, _next.GetValueOrDefault(generation));
        _next[generation] = first + count;
        return first;
    }
}
