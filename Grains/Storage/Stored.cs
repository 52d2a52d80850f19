namespace OrleansTasks.Storage;

/// <summary>A record as storage has it.</summary>
/// <param name="Record">The record; null if there is none.</param>
/// <param name="ETag">What to write over it with, which a cleared record may have too.</param>
internal readonly record struct Stored<T>(T? Record, string? ETag)
    where T : class;
