namespace OrleansTasks.Runs;

/// <summary>What an event comes to: where the run is then, and what has to be done because of that.</summary>
/// <param name="To">The phase after the event.</param>
/// <param name="Effects">What has to be done.</param>
internal readonly record struct RunStep(RunPhase To, RunEffects Effects);
