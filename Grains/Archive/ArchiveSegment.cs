namespace OrleansTasks.Archive;

/// <summary>A segment of an archive: some rows, with the rest of each in storage.</summary>
/// <param name="number">Its number in memory, which rows refer to.</param>
/// <param name="name">Its name in storage.</param>
/// <param name="isLarge">Whether it is one of the manifest, and its details have a record of their own.</param>
internal sealed class ArchiveSegment(int number, string name, bool isLarge)
{
    public int Number => number;

    public string Name => name;

    public bool IsLarge => isLarge;

    /// <summary>How many rows it was stored with.</summary>
    public int Rows { get; init; }

    /// <summary>The rows' details, where they are in memory.</summary>
    public byte[]? Details { get; init; }

    /// <summary>The names of its records.</summary>
    public IEnumerable<string> Records => isLarge ? [IndexOf(name), DetailsOf(name)] : [name];

    /// <summary>The record with what is searched of a large segment.</summary>
    public static string IndexOf(string name) => $"{name}-i";

    /// <summary>The record with the rest of a large segment.</summary>
    public static string DetailsOf(string name) => $"{name}-d";

    /// <summary>The name of a small segment.</summary>
    public static string Tail(long epoch, long tail) => $"t{epoch}-{tail}";

    /// <summary>The name of a large segment.</summary>
    public static string Large(long epoch, long segment) => $"s{epoch}-{segment}";
}
