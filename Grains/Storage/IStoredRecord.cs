namespace OrleansTasks.Storage;

/// <summary>Represents any stored record, so that one protocol can write all of them.</summary>
/// <typeparam name="TSelf">The record's own type.</typeparam>
internal interface IStoredRecord<in TSelf>
{
    /// <summary>Gets the version of the record's format.</summary>
    int Version { get; }

    /// <summary>Gets an id that is unique for each write, so that the store recognizes a write whose outcome was unknown.</summary>
    Guid Id { get; }

    /// <summary>
    /// Decides whether this record, found in storage, means that the writer of <paramref name="ours"/> is no longer the owner.
    /// </summary>
    bool Supersedes(TSelf ours);
}
