namespace OrleansTasks.Calls;

/// <summary>Identifies the registry to which a partition belongs.</summary>
/// <param name="Id">The id of the stored partition. Another id means that storage was lost or exchanged.</param>
/// <param name="Partitions">The number of partitions with which the cluster was created.</param>
/// <param name="Calendars">The revision of the business calendars that it knows.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PartitionIdentity")]
internal sealed record PartitionIdentity([property: Id(0)] Guid Id, [property: Id(1)] int Partitions, [property: Id(2)] long Calendars = 0);
