namespace OrleansTasks.Storage;

/// <summary>Identifies one opening of a partition. Every record that it writes contains this identity.</summary>
/// <param name="Owner">Its own id.</param>
/// <param name="Epoch">A number that is higher than the epochs of all earlier openings that storage has.</param>
internal readonly record struct Ownership(Guid Owner, long Epoch);
