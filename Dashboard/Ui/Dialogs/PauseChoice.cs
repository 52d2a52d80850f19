namespace OrleansTasks.Ui;

/// <summary>Represents a user's choice of how to pause tasks.</summary>
/// <param name="Note">The reason.</param>
/// <param name="Until">The end of the pause; null to pause until the task is resumed.</param>
/// <param name="Occurrences">What happens to the occurrences during the pause.</param>
internal sealed record PauseChoice(string? Note, DateTimeOffset? Until, PausedOccurrences Occurrences);
