namespace OrleansTasks.Ui;

/// <summary>How to pause.</summary>
/// <param name="Note">Why.</param>
/// <param name="Until">The end; null until it is resumed.</param>
/// <param name="Occurrences">What becomes of the occurrences within.</param>
internal sealed record PauseChoice(string? Note, DateTimeOffset? Until, PausedOccurrences Occurrences);
