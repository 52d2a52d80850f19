namespace OrleansTasks.Storage;

/// <summary>
/// Which page an item is in: FNV-1a over UTF-16, with the final mix of MurmurHash3. Its own hash, because stored pages must
/// be found again by every later version, and because one that also chose the partition would fill a few pages only.
/// </summary>
internal static class PageHash
{
    public static int PageOf(string key, int pageCount)
    {
        var hash = 2166136261u;
        foreach (var c in key)
        {
            hash = (hash ^ c) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
        hash ^= hash >> 16;
        return (int)(hash % (uint)pageCount);
    }
}
