namespace OrleansTasks.Storage;

/// <summary>One opening of a partition, which marks all that it writes.</summary>
/// <param name="Owner">Its own id.</param>
/// <param name="Epoch">Higher than that of all openings before it, as far as storage has them.</param>
internal readonly record struct Ownership(Guid Owner, long Epoch);
