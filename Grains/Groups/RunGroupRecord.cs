namespace OrleansTasks;

/// <summary>A group's limits as they are stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.RunGroupRecord")]
public sealed class RunGroupRecord
{
    /// <summary>The version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Counts the changes, so that of a group's two records the newer one is known; 0 in records of earlier versions.</summary>
    [Id(4)]
    public long Number { get; set; }

    /// <summary>The limits as JSON.</summary>
    [Id(1)]
    public string Limits { get; set; } = "{}";

    /// <summary>The limits that a silo's code had last, as JSON; null if none had any.</summary>
    [Id(2)]
    public string? Defined { get; set; }

    /// <summary>The place, in the order of configurations, of the one that has set or given back the limits last; 0 if none has.</summary>
    [Id(5)]
    public long Configured { get; set; }

    /// <summary>Whether that configuration has set them, so that what code says of them does not count.</summary>
    [Id(6)]
    public bool IsConfigured { get; set; }

    /// <summary>The ids of the last requests that set the limits, the oldest first; null in records of earlier versions.</summary>
    [Id(3)]
    public Guid[]? Requests { get; set; }
}
