namespace OrleansTasks.Storage;

/// <summary>What was read of a partition, and what its owner must know to go on.</summary>
internal sealed class PartitionContent(ManifestRecord manifest, JournalSlots slots)
{
    public ManifestRecord Manifest { get; set; } = manifest;

    /// <summary>The manifest's ETag.</summary>
    public string? ETag { get; set; }

    public JournalSlots Slots => slots;

    public Dictionary<string, string> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys that the journal changes.</summary>
    public HashSet<string> Dirty { get; } = new(StringComparer.Ordinal);

    /// <summary>The ETags of pages and deltas, by slot.</summary>
    public Dictionary<string, string?> ETags { get; } = new(StringComparer.Ordinal);

    /// <summary>The bytes of each page.</summary>
    public long[] PageBytes { get; } = new long[manifest.PageCount];

    /// <summary>The bytes of the deltas of this generation.</summary>
    public long DeltaBytes { get; set; }

    /// <summary>The segment after the last, which is this owner's seal.</summary>
    public long Next { get; set; }

    public long JournalBytes { get; set; }

    /// <summary>Whether the partition was made just now.</summary>
    public bool IsNew { get; init; }

    /// <summary>What was found to be lost.</summary>
    public List<string> Losses { get; } = [];

    /// <summary>Whether the journal has a gap, which must not be there when the next owner reads it.</summary>
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

    /// <summary>Applies a record; about how many bytes it has.</summary>
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
