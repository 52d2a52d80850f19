namespace OrleansTasks;

/// <summary>Which segments hold the runs of a partition that have ended, as it is stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.StoredArchive")]
public sealed class StoredArchive
{
    /// <summary>The version of the form.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Counts the owners. What those before the last one still write does not count.</summary>
    [Id(1)]
    public long Epoch { get; set; }

    /// <summary>The number of the next large segment of that owner.</summary>
    [Id(2)]
    public long NextSegment { get; set; }

    /// <summary>The names of large segments.</summary>
    [Id(3)]
    public string[] Segments { get; set; } = [];

    /// <summary>Owners, and from which of their small segments on they count, in turn.</summary>
    [Id(4)]
    public long[] Tails { get; set; } = [];

    /// <summary>How many runs that succeeded, and how many others, were removed before their time, since a bound was reached.</summary>
    [Id(5)]
    public long[] PushedOut { get; set; } = [0, 0];

    /// <summary>The names of records that are to be removed.</summary>
    [Id(6)]
    public string[] Garbage { get; set; } = [];
}
