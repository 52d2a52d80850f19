namespace OrleansTasks;

/// <summary>Represents a run's place in its batch.</summary>
/// <param name="Batch">The batch's id.</param>
/// <param name="Index">The run's position in the batch, from 0.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchMember")]
public sealed record BatchMember([property: Id(0)] Guid Batch, [property: Id(1)] int Index);
