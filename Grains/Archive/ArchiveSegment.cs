namespace OrleansTasks.Archive;

/// <summary>Represents a segment of an archive: some rows, and their details in storage.</summary>
/// <param name="number">Its number in memory, to which rows refer.</param>
/// <param name="name">Its name in storage.</param>
/// <param name="isLarge">Whether it is listed in the manifest, and its details have a record of their own.</param>
internal sealed class ArchiveSegment(int number, string name, bool isLarge)
{
    public int Number => number;

    public string Name => name;

    public bool IsLarge => isLarge;

    /// <summary>Gets the number of rows with which it was stored.</summary>
    public int Rows { get; init; }

    /// <summary>Gets the rows' details, if they are in memory.</summary>
    public byte[]? Details { get; init; }

    /// <summary>Gets the names of its records.</summary>
    public IEnumerable<string> Records => isLarge ? [IndexOf(name), DetailsOf(name)] : [name];

    /// <summary>Returns the name of the record with the searchable part of a large segment.</summary>
    public static string IndexOf(string name) => $"{name}-i";

    /// <summary>Returns the name of the record with the details of a large segment.</summary>
    public static string DetailsOf(string name) => $"{name}-d";

    /// <summary>Returns the name of a small segment.</summary>
    public static string Tail(long epoch, long tail) => $"t{epoch}-{tail}";

    /// <summary>Returns the name of a large segment.</summary>
    public static string Large(long epoch, long segment) => $"s{epoch}-{segment}";
}
