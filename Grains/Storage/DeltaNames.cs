namespace OrleansTasks.Storage;

/// <summary>
/// Gives out the names of deltas. Within a generation none is given twice: whether a manifest that names a delta was stored is not always known, and
/// what it names must stay as it is. Pure.
/// </summary>
internal sealed class DeltaNames
{
    private readonly Dictionary<long, int> _next = [];

    /// <summary>Takes the next so many names of a generation.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="named">How many of its names the manifest has.</param>
    /// <param name="count">How many are needed.</param>
    /// <returns>The index of the first.</returns>
    public int Take(long generation, int named, int count)
    {
        // One generation is written at a time, and those before it are never written again.
        foreach (var old in _next.Keys.Where(g => g < generation - 1).ToList())
        {
            _next.Remove(old);
        }

        var first = Math.Max(named, _next.GetValueOrDefault(generation));
        _next[generation] = first + count;
        return first;
    }
}
