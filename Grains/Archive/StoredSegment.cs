namespace OrleansTasks;

/// <summary>Represents some ended runs, as stored for searches.</summary>
[GenerateSerializer, Alias("OrleansTasks.StoredSegment")]
public sealed class StoredSegment
{
    /// <summary>Gets or sets the version of the format.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Gets or sets the unique id of the write.</summary>
    [Id(1)]
    public Guid Write { get; set; }

    /// <summary>
    /// Gets or sets the searchable data: the rows, and the texts that they share. Null in the record with the rest of a large segment.
    /// </summary>
    [Id(2)]
    public byte[]? Rows { get; set; }

    /// <summary>
    /// Gets or sets the remaining data of each run, one after the other, as JSON in UTF-8. Null if it is in a record of its own.
    /// </summary>
    [Id(3)]
    public byte[]? Details { get; set; }
}
