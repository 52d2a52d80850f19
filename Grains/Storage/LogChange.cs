namespace OrleansTasks.Storage;

/// <summary>Represents a change of one item.</summary>
/// <param name="Key">The item's key.</param>
/// <param name="Json">Its new JSON text, or null if the item is deleted.</param>
internal readonly record struct LogChange(string Key, string? Json)
{
    /// <summary>
    /// Gets the approximate number of bytes that the change takes in a record. It is exact for ASCII, which is sufficient for limits.
    /// </summary>
    public int Bytes => 16 + Key.Length + (Json?.Length ?? 0);
}
