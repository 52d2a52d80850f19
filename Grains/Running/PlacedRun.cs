using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Identifies a run on a silo that has a place in a group.</summary>
/// <param name="Run">The run.</param>
/// <param name="Mark">The request by which it got the place.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PlacedRun")]
internal readonly record struct PlacedRun([property: Id(0)] RunId Run, [property: Id(1)] PlaceMark Mark);
