namespace OrleansTasks;

/// <summary>Represents the stored limits of a group.</summary>
[GenerateSerializer, Alias("OrleansTasks.RunGroupRecord")]
public sealed class RunGroupRecord
{
    /// <summary>Gets or sets the version of the format: 1.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>
    /// Gets or sets the number of changes, which tells the newer of a group's two records; 0 in records of earlier versions.
    /// </summary>
    [Id(4)]
    public long Number { get; set; }

    /// <summary>Gets or sets the limits as JSON.</summary>
    [Id(1)]
    public string Limits { get; set; } = "{}";

    /// <summary>Gets or sets the limits that a silo's code defined last, as JSON. Null if none defined any.</summary>
    [Id(2)]
    public string? Defined { get; set; }

    /// <summary>
    /// Gets or sets the position, in the order of configurations, of the one that last set or returned the limits; 0 if there is none.
    /// </summary>
    [Id(5)]
    public long Configured { get; set; }

    /// <summary>Gets or sets a value indicating whether that configuration set the limits, so that limits from code are ignored.</summary>
    [Id(6)]
    public bool IsConfigured { get; set; }

    /// <summary>Gets or sets the ids of the last requests that set the limits, oldest first. Null in records of earlier versions.</summary>
    [Id(3)]
    public Guid[]? Requests { get; set; }
}
