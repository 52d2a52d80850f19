namespace OrleansTasks.Storage;

/// <summary>What all stored records have, so that one protocol can write them.</summary>
/// <typeparam name="TSelf">The record's own type.</typeparam>
internal interface IStoredRecord<in TSelf>
{
    /// <summary>The version of the record's form.</summary>
    int Version { get; }

    /// <summary>Tells one write from all others, so that one whose outcome is unknown can be recognised.</summary>
    Guid Id { get; }

    /// <summary>Whether finding this stored means that the writer of <paramref name="ours"/> is no longer the owner.</summary>
    bool Supersedes(TSelf ours);
}
