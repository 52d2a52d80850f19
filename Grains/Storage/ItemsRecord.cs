namespace OrleansTasks;

/// <summary>Many items: a page, or a delta (all that changed since the one before it).</summary>
[GenerateSerializer, Alias("OrleansTasks.ItemsRecord")]
internal sealed class ItemsRecord : IStoredRecord<ItemsRecord>
{
    [Id(0)]
    public int Version { get; set; } = RecordVersion.Current;

    [Id(1)]
    public Guid Id { get; set; }

    [Id(2)]
    public long Epoch { get; set; }

    [Id(3)]
    public string[] Keys { get; set; } = [];

    /// <summary>The JSON text of each key; null: deleted.</summary>
    [Id(4)]
    public string?[] Values { get; set; } = [];

    // An older owner may still write a page or delta that it had begun; it cannot make a manifest point to it.
    public bool Supersedes(ItemsRecord ours) => Epoch > ours.Epoch;
}
