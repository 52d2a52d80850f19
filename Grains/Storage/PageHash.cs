namespace OrleansTasks.Storage;

/// <summary>
/// Determines the page of an item: FNV-1a over UTF-16, with the final mix of MurmurHash3. It is a hash of its own for two reasons. Every
/// later version must find stored pages again. And the hash that chose the partition would fill only a few of its pages.
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
