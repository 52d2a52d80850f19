namespace OrleansTasks.Storage;

/// <summary>Contains the items as they were read, for compaction before the owner has taken them.</summary>
internal sealed class LoadedItems(Dictionary<string, string> items) : IPartitionItems
{
    public Dictionary<string, string> Items => items;

    public IEnumerable<string> Keys => items.Keys;

    public string? GetJson(string key) => items.GetValueOrDefault(key);
}
