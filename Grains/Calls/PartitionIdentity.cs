namespace OrleansTasks.Calls;

/// <summary>Which registry a partition belongs to.</summary>
/// <param name="Id">Names the stored partition; another one means that storage was lost or exchanged.</param>
/// <param name="Partitions">The number of partitions that the cluster was made with.</param>
/// <param name="Calendars">The revision of the business calendars that it knows.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PartitionIdentity")]
internal sealed record PartitionIdentity([property: Id(0)] Guid Id, [property: Id(1)] int Partitions, [property: Id(2)] long Calendars = 0);
