namespace OrleansTasks.Storage;

/// <summary>Stores many items: a page, or a delta with all changes since the previous delta.</summary>
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

    /// <summary>Gets or sets the JSON text of each key. Null means that the item is deleted.</summary>
    [Id(4)]
    public string?[] Values { get; set; } = [];

    /// <summary>Gets or sets the id of the opening of the partition that wrote this. It is empty in records of earlier versions.</summary>
    [Id(5)]
    public Guid Owner { get; set; }

    /// <summary>
    /// Gets or sets a number that orders the writes of pages. A page with a lower stamp than its manifest says is older than the manifest.
    /// It is 0 in records of earlier versions.
    /// </summary>
    [Id(6)]
    public long Stamp { get; set; }

    /// <summary>
    /// Gets or sets the generation of a delta. A delta with another generation is left from an earlier use of its name. It is 0 for pages,
    /// and in records of earlier versions.
    /// </summary>
    [Id(7)]
    public long Generation { get; set; }

    /// <summary>
    /// Decides whether a delta belongs to a generation. Earlier versions wrote neither stamps nor generations, so a delta without a stamp
    /// always passes. A delta of generation 0 has a stamp.
    /// </summary>
    public bool IsOf(long generation) => Stamp == 0 || Generation == generation;

    /// <summary>Returns the first stamp of an owner, which is higher than all stamps of earlier owners.</summary>
    public static long FirstStamp(long epoch) => epoch << StampBits;

    // An older owner may still write a page or delta that it had started, but it cannot make a manifest point to it.
    public bool Supersedes(ItemsRecord ours) => Epoch > ours.Epoch || (Epoch == ours.Epoch && Owner != ours.Owner && Owner != Guid.Empty);
}
