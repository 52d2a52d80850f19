namespace OrleansTasks.Running;

/// <summary>A run on a silo that has a place in a group.</summary>
/// <param name="Run">The run.</param>
/// <param name="Term">That of the activation that has ordered it, which counts those that have owned its task; 0 if it is not known.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PlacedRun")]
internal readonly record struct PlacedRun([property: Id(0)] RunId Run, [property: Id(1)] long Term);
