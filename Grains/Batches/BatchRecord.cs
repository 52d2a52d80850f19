namespace OrleansTasks;

/// <summary>Represents a stored batch.</summary>
[GenerateSerializer, Alias("OrleansTasks.BatchRecord")]
public sealed class BatchRecord
{
    /// <summary>Gets or sets the version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Gets or sets the number of writes of this batch; 0 in records of earlier versions.</summary>
    [Id(2)]
    public long Number { get; set; }

    /// <summary>Gets or sets the batch as JSON.</summary>
    [Id(1)]
    public string Batch { get; set; } = "{}";
}
