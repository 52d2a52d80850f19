namespace OrleansTasks.Tasks;

/// <summary>Represents occurrences that were missed.</summary>
/// <param name="First">The first missed occurrence.</param>
/// <param name="Until">The instant up to which all occurrences were missed.</param>
internal readonly record struct MissedOccurrences(DateTimeOffset First, DateTimeOffset Until);
