namespace OrleansTasks.Chaos.Faults;

/// <summary>Specifies what happens between a silo and the store.</summary>
internal enum StorageTrouble
{
    None,

    /// <summary>Delays all data by half a second in each direction.</summary>
    Slow,

    /// <summary>Refuses and resets connections.</summary>
    Refuse,

    /// <summary>Drops all data in both directions without an error.</summary>
    Silent,

    /// <summary>Delivers requests but drops answers, so that the silo cannot know what was stored.</summary>
    Unanswered,
}
