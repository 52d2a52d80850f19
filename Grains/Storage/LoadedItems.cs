namespace OrleansTasks.Storage;

/// <summary>The items as they were read, for compacting before the owner has taken them.</summary>
internal sealed class LoadedItems(Dictionary<string, string> items) : IPartitionItems
{
    public Dictionary<string, string> Items => items;

    public IEnumerable<string> Keys => items.Keys;

    public string? GetJson(string key) => items.GetValueOrDefault(key);
}
