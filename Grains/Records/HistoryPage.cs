namespace OrleansTasks;

/// <summary>Represents consecutive results of a task, as they are stored.</summary>
[GenerateSerializer, Alias("OrleansTasks.HistoryPage")]
public sealed class HistoryPage
{
    /// <summary>Gets or sets the version of the format: 1, or 2 if <see cref="Packed"/> has the results.</summary>
    [Id(0)]
    public int Version { get; set; } = 1;

    /// <summary>Gets or sets the results as a JSON array, in pages of version 1.</summary>
    [Id(1)]
    public string Results { get; set; } = "[]";

    /// <summary>Gets or sets the number of the first page that is kept (in the head record).</summary>
    [Id(2)]
    public long FirstPage { get; set; }

    /// <summary>Gets or sets the number of the last page that was written (in the head record).</summary>
    [Id(3)]
    public long LastPage { get; set; }

    /// <summary>
    /// Gets or sets ranges of sequence numbers, as pairs of first and last, for which nothing was stored when a later owner took over (in
    /// the head record). A silo that continued after it was declared dead wrote what is there now, and it is ignored.
    /// </summary>
    [Id(4)]
    public long[] Void { get; set; } = [];

    /// <summary>
    /// Gets or sets ranges of sequence numbers, as pairs of first and last, of results that were stored and later found missing, which was
    /// reported (in the head record). What is there now was restored and counts. Null in head records of earlier versions.
    /// </summary>
    [Id(6)]
    public long[]? Lost { get; set; }

    /// <summary>
    /// Gets or sets the results as a JSON array in UTF-8, without values that are the default. Null in pages of version 1.
    /// </summary>
    [Id(5)]
    public byte[]? Packed { get; set; }
}
