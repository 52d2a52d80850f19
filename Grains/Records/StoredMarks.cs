namespace OrleansTasks.Records;

/// <summary>
/// Says how far those records of a task have come that are stored apart from its partition. The partition keeps it, so that a record that
/// is missing or outdated is not taken for a new one. It is sent together with other messages to the partition, and so lags a little
/// behind.
/// </summary>
/// <param name="History">The last sequence number that was written into the history, or 0 if it is not known.</param>
/// <param name="Ledger">The number of the last write of the ledger, or 0 if it is not known.</param>
/// <param name="MayBegin">
/// The instant up to which repeatable occurrences may start before the partition is told again, or null if there are none.
/// </param>
/// <param name="Kept">The last sequence number up to which all results are kept for searches, or 0 if it is not known.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.StoredMarks")]
internal readonly record struct StoredMarks([property: Id(0)] long History, [property: Id(1)] long Ledger,
    [property: Id(2)] DateTimeOffset? MayBegin = null, [property: Id(3)] long Kept = 0);
