namespace OrleansTasks.Runs;

/// <summary>Represents the step of an event: the next phase, and the effects.</summary>
/// <param name="To">The phase after the event.</param>
/// <param name="Effects">The effects.</param>
internal readonly record struct RunStep(RunPhase To, RunEffects Effects);
