namespace OrleansTasks.Storage.Sqlite;

/// <summary>One change of a record that waits for the writer.</summary>
/// <param name="Store">The name of the grain storage.</param>
/// <param name="Type">The grain type, and the state's name.</param>
/// <param name="Key">The grain's key.</param>
/// <param name="ETag">The tag that the record must have; null if there must be no record.</param>
/// <param name="Payload">The new content; null to remove the record.</param>
internal sealed record SqliteWrite(string Store, string Type, string Key, string? ETag, byte[]? Payload)
{
    /// <summary>Ends, when the change is committed, with whether the record had the tag.</summary>
    public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string NewETag { get; } = Guid.NewGuid().ToString("N");
}
