using System.Globalization;
using OrleansTasks.Runs;

namespace OrleansTasks.Archive;

/// <summary>Finds, sorts and counts the rows of a table. Pure.</summary>
internal static class ArchiveSearch
{
    /// <summary>Returns the first rows that match a query, in its order.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="query">The query. Its text is ignored.</param>
    /// <param name="limit">The maximum number of rows.</param>
    /// <returns>The rows, and whether there are more.</returns>
    public static (IReadOnlyList<(int Slot, RunRank Rank)> Found, bool HasMore) First(ArchiveTable table, RunQuery query, int limit)
    {
        var filter = new ArchiveFilter(query, table.Texts);
        if (filter.IsEmpty)
        {
            return ([], false);
        }

        var after = query.After is null ? null : RunRank.TryParse(query.After, query.Sort);

        // The last of the kept rows is at the top and is replaced first.
        var order = Comparer<RunRank>.Create((a, b) => RunRank.Compare(b, a, query.Ascending));
        var found = new PriorityQueue<int, RunRank>(order);
        var hasMore = false;
        for (var slot = 0; slot < table.Slots; slot++)
        {
            if (!filter.Fits(table, slot))
            {
                continue;
            }

            ref var row = ref table[slot];
            var rank = new RunRank(row.KeyOf(query.Sort), row.Id);
            if (after is { } place && RunRank.Compare(rank, place, query.Ascending) <= 0)
            {
                continue;
            }

            if (found.Count < limit)
            {
                found.Enqueue(slot, rank);
                continue;
            }

            hasMore = true;
            if (found.TryPeek(out _, out var last) && RunRank.Compare(rank, last, query.Ascending) < 0)
            {
                found.DequeueEnqueue(slot, rank);
            }
        }

        var sorted = new (int, RunRank)[found.Count];
        for (var n = sorted.Length - 1; n >= 0; n--)
        {
            found.TryDequeue(out var slot, out var rank);
            sorted[n] = (slot, rank);
        }

        return (sorted, hasMore);
    }

    /// <summary>Returns the rows that match a query, whatever its position and limit.</summary>
    public static IEnumerable<int> All(ArchiveTable table, RunQuery query)
    {
        var filter = new ArchiveFilter(query, table.Texts);
        for (var slot = 0; !filter.IsEmpty && slot < table.Slots; slot++)
        {
            if (filter.Fits(table, slot))
            {
                yield return slot;
            }
        }
    }

    /// <summary>Returns the key under which a row is counted.</summary>
    public static string KeyOf(ArchiveTable table, int slot, RunCountBy by)
    {
        ref var row = ref table[slot];
        return by switch
        {
            RunCountBy.Hour => new DateTime(row.Ended - (row.Ended % TimeSpan.TicksPerHour), DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            RunCountBy.Task => table.Texts[row.Task]!,
            _ => KeyOf(row.Status),
        };
    }

    private static string KeyOf(RunStatus status)
    {
        var name = status.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
