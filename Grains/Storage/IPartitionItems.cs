namespace OrleansTasks.Storage;

/// <summary>
/// Gives the log the current items of a partition, as their owner holds them. The log asks for them when it compacts, so it needs no copy
/// of its own. This costs one more serialization of an item each time it is compacted, and saves the memory of its JSON text. A change must
/// be visible here when it is passed to <see cref="PartitionLog.CommitAsync"/>, not later.
/// </summary>
internal interface IPartitionItems
{
    /// <summary>Gets the keys of all items. The caller enumerates them to the end within one turn.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>Returns the item's current JSON text, or null if there is no such item.</summary>
    string? GetJson(string key);
}
