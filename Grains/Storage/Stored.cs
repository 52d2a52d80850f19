namespace OrleansTasks.Storage;

/// <summary>Represents a record as storage has it.</summary>
/// <param name="Record">The record, or null if there is none.</param>
/// <param name="ETag">The ETag for the next write. A cleared record may have one too.</param>
internal readonly record struct Stored<T>(T? Record, string? ETag)
    where T : class;
