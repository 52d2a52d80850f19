namespace OrleansTasks.Storage;

/// <summary>Contains what was read of a partition, and what its owner needs to continue.</summary>
internal sealed class PartitionContent(ManifestRecord manifest, JournalSlots slots)
{
    public ManifestRecord Manifest { get; set; } = manifest;

    /// <summary>Gets or sets the manifest's ETag.</summary>
    public string? ETag { get; set; }

    public JournalSlots Slots => slots;

    public Dictionary<string, string> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the keys that the journal changes.</summary>
    public HashSet<string> Dirty { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the ETags of pages and deltas, by slot.</summary>
    public Dictionary<string, string?> ETags { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the bytes of each page.</summary>
    public long[] PageBytes { get; } = new long[manifest.PageCount];

    /// <summary>Gets or sets the bytes in the deltas of this generation.</summary>
    public long DeltaBytes { get; set; }

    /// <summary>Gets or sets the sequence number after the last segment, which is this owner's seal.</summary>
    public long Next { get; set; }

    public long JournalBytes { get; set; }

    /// <summary>Gets whether the partition was created just now.</summary>
    public bool IsNew { get; init; }

    /// <summary>Gets descriptions of what was found to be lost.</summary>
    public List<string> Losses { get; } = [];

    /// <summary>Gets or sets whether the journal has a gap, which must be gone before the next owner reads it.</summary>
    public bool HasGap { get; set; }

    public void Apply(string key, string? json)
    {
        if (json is null)
        {
            Items.Remove(key);
        }
        else
        {
            Items[key] = json;
        }
    }

    /// <summary>Applies a record, and returns its approximate number of bytes.</summary>
    public long Apply(ItemsRecord record)
    {
        var bytes = 0L;
        for (var i = 0; i < record.Keys.Length; i++)
        {
            Apply(record.Keys[i], record.Values[i]);
            bytes += new LogChange(record.Keys[i], record.Values[i]).Bytes;
        }

        return bytes;
    }
}
