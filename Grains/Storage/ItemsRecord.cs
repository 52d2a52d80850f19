namespace OrleansTasks.Storage;

/// <summary>Many items: a page, or a delta (all that changed since the one before it).</summary>
[GenerateSerializer, Alias("OrleansTasks.ItemsRecord")]
internal sealed class ItemsRecord : IStoredRecord<ItemsRecord>
{
    private const int StampBits = 20;

    [Id(0)]
    public int Version { get; set; } = RecordVersion.Usual;

    [Id(1)]
    public Guid Id { get; set; }

    [Id(2)]
    public long Epoch { get; set; }

    [Id(3)]
    public string[] Keys { get; set; } = [];

    /// <summary>The JSON text of each key; null: deleted.</summary>
    [Id(4)]
    public string?[] Values { get; set; } = [];

    /// <summary>Which opening of the partition wrote this; empty in records of earlier versions.</summary>
    [Id(5)]
    public Guid Owner { get; set; }

    /// <summary>Orders the writes of pages: a page that has a lower stamp than its manifest says is older than the manifest. 0 in records of earlier versions.</summary>
    [Id(6)]
    public long Stamp { get; set; }

    /// <summary>The generation of a delta: another one is what the name was used for before. 0 for pages, and in records of earlier versions.</summary>
    [Id(7)]
    public long Generation { get; set; }

    /// <summary>Whether a delta is of a generation, as far as it says: earlier versions wrote neither stamps nor generations. One of the generation 0 has a stamp.</summary>
    public bool IsOf(long generation) => Stamp == 0 || Generation == generation;

    /// <summary>The first stamp of an owner: higher than all of the owners before it.</summary>
    public static long FirstStamp(long epoch) => epoch << StampBits;

    // An older owner may still write a page or delta that it had begun; it cannot make a manifest point to it.
    public bool Supersedes(ItemsRecord ours) => Epoch > ours.Epoch || (Epoch == ours.Epoch && Owner != ours.Owner && Owner != Guid.Empty);
}
