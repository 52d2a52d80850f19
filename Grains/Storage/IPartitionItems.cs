namespace OrleansTasks.Storage;

/// <summary>
/// The current items of a partition, as their owner holds them. The log asks for them when it compacts, and so need not
/// keep a second copy: that costs one serialization of an item more each time it is compacted, and saves its JSON text.
/// A change must be visible here when it is given to <see cref="PartitionLog.CommitAsync"/>, not later.
/// </summary>
internal interface IPartitionItems
{
    /// <summary>The keys of all items; read to the end within one turn.</summary>
    IEnumerable<string> Keys { get; }

    /// <summary>The item's current JSON text; null if there is no such item.</summary>
    string? GetJson(string key);
}
