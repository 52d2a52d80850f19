namespace OrleansTasks.Records;

/// <summary>
/// How far the records of a task have come that are stored apart from its partition: the partition keeps it, so that a record that is missing, or older than it was, is not taken for
/// a new one. It goes along with what the partition is told anyway, and so lags a little behind.
/// </summary>
/// <param name="History">The last sequence number that was written into the history; 0 if that is not known.</param>
/// <param name="Ledger">The number of the last write of the ledger; 0 if that is not known.</param>
/// <param name="MayBegin">The instant up to which occurrences that may be repeated may begin before the partition is told again; null if there are none.</param>
/// <param name="Kept">The last sequence number up to which all results are kept for searches; 0 if that is not known.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.StoredMarks")]
internal readonly record struct StoredMarks([property: Id(0)] long History, [property: Id(1)] long Ledger, [property: Id(2)] DateTimeOffset? MayBegin = null, [property: Id(3)] long Kept = 0);
