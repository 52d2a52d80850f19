namespace OrleansTasks.Running;

/// <summary>Lists the ranks of what waits for a place on a silo, in the order in which they get places.</summary>
internal enum PlaceRank
{
    /// <summary>The run has started, has lent its place, and needs one again.</summary>
    Returning,

    /// <summary>The run is an occurrence of a schedule, which should start on time.</summary>
    Occurrence,

    /// <summary>The run has high priority.</summary>
    High,

    /// <summary>The run has normal priority.</summary>
    Normal,

    /// <summary>The run has low priority.</summary>
    Low,
}

/// <summary>Lists the answers to an attempt that arrives at a silo.</summary>
internal enum PlaceAdmission
{
    /// <summary>There is neither a place nor room to wait.</summary>
    Refused,

    /// <summary>The attempt may wait for a place.</summary>
    Waits,

    /// <summary>The attempt has a place.</summary>
    Placed,
}
