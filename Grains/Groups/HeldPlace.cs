namespace OrleansTasks.Groups;

/// <summary>Represents a place in a group that a run has.</summary>
/// <param name="Run">The run.</param>
/// <param name="Number">Tells the place from another one that the same run had before or receives later.</param>
internal readonly record struct HeldPlace(RunId Run, long Number);
