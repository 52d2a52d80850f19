namespace OrleansTasks;

/// <summary>A batch as it is stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.BatchRecord")]
public sealed class BatchRecord
{
    /// <summary>The version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>The batch as JSON.</summary>
    [Id(1)]
    public string Batch { get; set; } = "{}";
}
