namespace OrleansTasks.Storage;

/// <summary>One change of one item.</summary>
/// <param name="Key">The item's key.</param>
/// <param name="Json">Its new JSON text; null: the item is deleted.</param>
internal readonly record struct LogChange(string Key, string? Json)
{
    /// <summary>About how many bytes the change takes in a record; exact for ASCII, which is what matters for limits.</summary>
    public int Bytes => 16 + Key.Length + (Json?.Length ?? 0);
}
