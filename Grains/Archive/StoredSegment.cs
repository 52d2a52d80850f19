namespace OrleansTasks;

/// <summary>Some runs that have ended, as they are stored for searches.</summary>
[GenerateSerializer, Alias("OrleansTasks.StoredSegment")]
public sealed class StoredSegment
{
    /// <summary>The version of the form.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Tells one write from all others.</summary>
    [Id(1)]
    public Guid Write { get; set; }

    /// <summary>What is searched: the rows, and the texts that they share. Null in the record that has the rest of a large segment.</summary>
    [Id(2)]
    public byte[]? Rows { get; set; }

    /// <summary>The rest of each run, one after the other, as JSON in UTF-8. Null where it is in a record of its own.</summary>
    [Id(3)]
    public byte[]? Details { get; set; }
}
