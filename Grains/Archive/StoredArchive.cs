namespace OrleansTasks;

/// <summary>Represents the stored list of the segments with a partition's ended runs.</summary>
[GenerateSerializer, Alias("OrleansTasks.StoredArchive")]
public sealed class StoredArchive
{
    /// <summary>Gets or sets the version of the format.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Gets or sets the number of the current owner. Later writes of earlier owners are ignored.</summary>
    [Id(1)]
    public long Epoch { get; set; }

    /// <summary>Gets or sets the number of that owner's next large segment.</summary>
    [Id(2)]
    public long NextSegment { get; set; }

    /// <summary>Gets or sets the names of the large segments.</summary>
    [Id(3)]
    public string[] Segments { get; set; } = [];

    /// <summary>Gets or sets pairs of an owner and the number of its first small segment that counts.</summary>
    [Id(4)]
    public long[] Tails { get; set; } = [];

    /// <summary>
    /// Gets or sets the number of runs that succeeded, and of others, that were removed early because a limit was reached.
    /// </summary>
    [Id(5)]
    public long[] PushedOut { get; set; } = [0, 0];

    /// <summary>Gets or sets the names of records to remove.</summary>
    [Id(6)]
    public string[] Garbage { get; set; } = [];
}
