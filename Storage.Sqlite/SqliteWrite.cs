namespace OrleansTasks.Storage.Sqlite;

/// <summary>Represents a change of a record that waits for the writer.</summary>
/// <param name="Store">The name of the grain storage.</param>
/// <param name="Type">The grain type and the name of the state.</param>
/// <param name="Key">The key of the grain.</param>
/// <param name="ETag">The ETag that the record must have, or null if the record must not exist.</param>
/// <param name="Payload">The new content, or null to remove the record.</param>
internal sealed record SqliteWrite(string Store, string Type, string Key, string? ETag, byte[]? Payload)
{
    /// <summary>
    /// Gets the source of a task that completes when the change is committed. Its result is whether the record had the expected ETag.
    /// </summary>
    public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string NewETag { get; } = Guid.NewGuid().ToString("N");
}
