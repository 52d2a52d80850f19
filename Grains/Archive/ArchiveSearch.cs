using System.Globalization;
using System.Runtime.InteropServices;
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
        var filter = new ArchiveFilter(query, table);
        if (filter.IsEmpty)
        {
            return ([], false);
        }

        var after = query.After is null ? null : RunRank.TryParse(query.After, query.Sort);
        var best = new BestRows(query.Ascending, limit);

        // Runs that ended last are usually in the last rows. Then nearly all others are worse than what is found.
        for (var slot = table.Slots - 1; slot >= 0; slot--)
        {
            ref var row = ref table[slot];
            if (!filter.Fits(row))
            {
                continue;
            }

            var rank = new RunRank(row.KeyOf(query.Sort), row.Id);
            if (after is not { } place || RunRank.Compare(rank, place, query.Ascending) > 0)
            {
                best.Add(slot, rank);
            }
        }

        return (best.ToList(), best.HasMore);
    }

    /// <summary>Returns the rows that match a query, whatever its position and limit.</summary>
    public static IReadOnlyList<int> All(ArchiveTable table, RunQuery query)
    {
        var (filter, found) = (new ArchiveFilter(query, table), new List<int>());
        for (var slot = 0; !filter.IsEmpty && slot < table.Slots; slot++)
        {
            if (filter.Fits(table[slot]))
            {
                found.Add(slot);
            }
        }

        return found;
    }

    /// <summary>Counts rows by a key.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="slots">The rows to count.</param>
    /// <param name="by">The key.</param>
    public static IReadOnlyDictionary<string, long> Count(ArchiveTable table, IEnumerable<int> slots, RunCountBy by)
    {
        var counts = new Dictionary<long, long>();
        foreach (var slot in slots)
        {
            ref var row = ref table[slot];
            var key = by switch
            {
                RunCountBy.Hour => row.Ended / TimeSpan.TicksPerHour,
                RunCountBy.Task => row.Task,
                _ => (long)row.Status,
            };
            CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
        }

        return counts.ToDictionary(c => KeyOf(table, c.Key, by), static c => c.Value, StringComparer.Ordinal);
    }

    private static string KeyOf(ArchiveTable table, long key, RunCountBy by) => by switch
    {
        RunCountBy.Hour => new DateTime(key * TimeSpan.TicksPerHour, DateTimeKind.Utc)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        RunCountBy.Task => table.Texts[(int)key]!,
        _ => KeyOf((RunStatus)key),
    };

    private static string KeyOf(RunStatus status)
    {
        var name = status.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
