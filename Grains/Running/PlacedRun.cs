using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>A run on a silo that has a place in a group.</summary>
/// <param name="Run">The run.</param>
/// <param name="Mark">The ask by which it has got it.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PlacedRun")]
internal readonly record struct PlacedRun([property: Id(0)] RunId Run, [property: Id(1)] PlaceMark Mark);
