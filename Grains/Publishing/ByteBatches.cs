namespace OrleansTasks.Publishing;

/// <summary>Divides items into batches that a stream can carry. Pure.</summary>
internal static class ByteBatches
{
    /// <summary>
    /// Returns the items in order, in batches of at most the given number of bytes. A larger item gets a batch of its own.
    /// </summary>
    public static IEnumerable<IReadOnlyList<T>> Of<T>(IReadOnlyList<T> items, Func<T, int> size, int most)
    {
        var (from, bytes) = (0, 0L);
        for (var i = 0; i < items.Count; i++)
        {
            var next = size(items[i]);
            if (i > from && bytes + next > most)
            {
                yield return [.. items.Skip(from).Take(i - from)];
                (from, bytes) = (i, 0);
            }

            bytes += next;
        }

        if (from < items.Count)
        {
            yield return from == 0 ? items : [.. items.Skip(from)];
        }
    }
}
