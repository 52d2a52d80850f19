namespace OrleansTasks.Tasks;

/// <summary>Occurrences that were missed.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Until">The instant up to which all were.</param>
internal readonly record struct MissedOccurrences(DateTimeOffset First, DateTimeOffset Until);
