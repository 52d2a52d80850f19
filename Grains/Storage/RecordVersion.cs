namespace OrleansTasks.Storage;

/// <summary>The versions of all stored forms. A record has a higher one only if a reader of the lower one would misread it.</summary>
internal static class RecordVersion
{
    /// <summary>The version of a record that needs nothing newer.</summary>
    public const int Usual = 1;

    /// <summary>The version of a manifest that leaves out names of deltas.</summary>
    public const int SkipsNames = 2;

    /// <summary>The highest version that this program reads.</summary>
    public const int Readable = 2;
}
