namespace OrleansTasks.Chaos.Faults;

/// <summary>What happens between a silo and the store.</summary>
internal enum StorageTrouble
{
    None,

    /// <summary>All takes longer, by half a second in each direction.</summary>
    Slow,

    /// <summary>Connections are refused and reset.</summary>
    Refuse,

    /// <summary>Nothing arrives in either direction, and nothing is said.</summary>
    Silent,

    /// <summary>What is sent arrives, and its answer does not: whether it was stored cannot be known.</summary>
    Unanswered,
}
