namespace OrleansTasks;

/// <summary>Some consecutive results of a task, as they are stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.HistoryPage")]
public sealed class HistoryPage
{
    /// <summary>The version of the format: 1, or 2 where <see cref="Packed"/> has the results.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>The results as a JSON array, in pages of version 1.</summary>
    [Id(1)]
    public string Results { get; set; } = "[]";

    /// <summary>In the head record: the first page that is kept.</summary>
    [Id(2)]
    public long FirstPage { get; set; }

    /// <summary>In the head record: the last page that was written.</summary>
    [Id(3)]
    public long LastPage { get; set; }

    /// <summary>
    /// In the head record: ranges of numbers, first and last in turn, of which nothing was stored when a later owner took over. What is there now
    /// was written by a silo that went on after it was declared dead, and does not count.
    /// </summary>
    [Id(4)]
    public long[] Void { get; set; } = [];

    /// <summary>
    /// In the head record: ranges of numbers, first and last in turn, of results that were stored and found missing later; that was told. What is there now was restored, and counts.
    /// Null in heads of earlier versions.
    /// </summary>
    [Id(6)]
    public long[]? Lost { get; set; }

    /// <summary>The results as a JSON array in UTF-8, without what is the rule; null in pages of version 1.</summary>
    [Id(5)]
    public byte[]? Packed { get; set; }
}
