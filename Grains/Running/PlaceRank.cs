namespace OrleansTasks.Running;

/// <summary>In which order those that wait on a silo get places.</summary>
internal enum PlaceRank
{
    /// <summary>It is under way, has lent its place, and wants one back.</summary>
    Returning,

    /// <summary>It is an occurrence of a schedule, which is to keep its time.</summary>
    Occurrence,

    /// <summary>It has high priority.</summary>
    High,

    /// <summary>It has normal priority.</summary>
    Normal,

    /// <summary>It has low priority.</summary>
    Low,
}

/// <summary>What an attempt finds that comes to a silo.</summary>
internal enum PlaceAdmission
{
    /// <summary>There is neither a place nor room to wait.</summary>
    Refused,

    /// <summary>It may wait for a place.</summary>
    Waits,

    /// <summary>It has a place.</summary>
    Placed,
}
