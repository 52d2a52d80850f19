namespace OrleansTasks.Storage;

/// <summary>
/// Lists the versions of all stored formats. A record has a higher version only if a reader of the lower one would misread it.
/// </summary>
internal static class RecordVersion
{
    /// <summary>The version of a record that needs nothing newer.</summary>
    public const int Usual = 1;

    /// <summary>The version of a manifest that omits names of deltas.</summary>
    public const int SkipsNames = 2;

    /// <summary>The highest version that this program can read.</summary>
    public const int Readable = 2;
}
