namespace OrleansTasks.Archive;

/// <summary>
/// Represents a segment of an archive: some rows, and their details. A small one is a single record, and its details stay in memory until
/// it is merged with others. A large one has two records: its rows, which are read when the archive opens, and its details, which are read
/// when somebody wants to see them.
/// </summary>
/// <param name="number">Its number in memory, to which rows refer.</param>
/// <param name="name">Its name in storage.</param>
internal sealed class ArchiveSegment(int number, string name)
{
    private const char TailMark = 't';
    private const char MergedMark = 's';

    // A segment of this size gains nothing from being merged with others.
    private const int LargeRows = 1024;
    private const int LargeBytes = 256 << 10;

    public int Number => number;

    public string Name => name;

    /// <summary>Gets the number of rows with which it was stored.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets the size in bytes of the details with which it was stored.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the rows' details, if they are in memory.</summary>
    public byte[]? Details { get; init; }

    /// <summary>Gets or sets a value indicating whether the manifest names it. The others are found by their numbers.</summary>
    public bool IsListed { get; set; }

    /// <summary>Gets whether it is one record.</summary>
    public bool IsSmall => Details is not null;

    /// <summary>Gets whether it is too large to be merged with segments of its size.</summary>
    public bool IsFull => IsLarge(Rows, Bytes);

    /// <summary>Gets the names of its records.</summary>
    public IEnumerable<string> Records => IsSmall ? [name] : [IndexOf(name), DetailsOf(name)];

    /// <summary>Returns whether rows and details of this size become a large segment at once.</summary>
    public static bool IsLarge(int rows, long bytes) => rows >= LargeRows || bytes >= LargeBytes;

    /// <summary>Returns the name of the record with the searchable part of a segment.</summary>
    public static string IndexOf(string name) => name[0] == TailMark ? name : $"{name}-i";

    /// <summary>Returns the name of the record with the details of a large segment.</summary>
    public static string DetailsOf(string name) => $"{name}-d";

    /// <summary>Returns the name of a segment as its owner appends it.</summary>
    public static string Tail(long epoch, long tail) => $"{TailMark}{epoch}-{tail}";

    /// <summary>Returns the name of a segment that was made of others.</summary>
    public static string Merged(long epoch, long segment) => $"{MergedMark}{epoch}-{segment}";
}
