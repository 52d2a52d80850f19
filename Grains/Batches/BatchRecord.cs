namespace OrleansTasks;

/// <summary>A batch as it is stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.BatchRecord")]
public sealed class BatchRecord
{
    /// <summary>The version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Counts the writes of this batch; 0 in records of earlier versions.</summary>
    [Id(2)]
    public long Number { get; set; }

    /// <summary>The batch as JSON.</summary>
    [Id(1)]
    public string Batch { get; set; } = "{}";
}
