namespace OrleansTasks.Client;

/// <summary>Contains the id of a run that is to be stored.</summary>
/// <param name="Run">The id.</param>
/// <param name="Repeated">Whether the run may have been stored before, perhaps by another process.</param>
internal readonly record struct GivenRun(RunId Run, bool Repeated);
