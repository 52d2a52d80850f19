namespace OrleansTasks.Runs;

/// <summary>Where a run is that its task's grain has: in exactly one of these, from when it is taken up until its end is published.</summary>
internal enum RunPhase
{
    /// <summary>It may be started, and the turn that took it up decides what becomes of it.</summary>
    Ready,

    /// <summary>It waits until the run of an earlier occurrence has ended.</summary>
    Queued,

    /// <summary>Its partition is noting that the run of this occurrence starts.</summary>
    Claiming,

    /// <summary>It stands in the queue of its task, for one reason.</summary>
    Waiting,

    /// <summary>It has asked its group for a place.</summary>
    AskingGroup,

    /// <summary>It has the places that it needs, and is being noted, or offered to silos.</summary>
    Starting,

    /// <summary>A silo has it, or has been asked to take it.</summary>
    Running,

    /// <summary>Its partition is noting what its last attempt came to.</summary>
    Parking,

    /// <summary>It waits for an instant: the one that it was stored for, or that of its next attempt.</summary>
    Pending,

    /// <summary>It has ended, and its end is being stored, numbered and published.</summary>
    Ended,
}

/// <summary>What happens to a run.</summary>
internal enum RunEvent
{
    /// <summary>It has to wait until the run of an earlier occurrence has ended.</summary>
    Queue,

    /// <summary>It is this occurrence's turn.</summary>
    Dequeue,

    /// <summary>Its partition is asked to note that it starts.</summary>
    Claim,

    /// <summary>Its partition has noted that.</summary>
    Granted,

    /// <summary>Something is missing that it needs.</summary>
    Wait,

    /// <summary>It asks its group for a place.</summary>
    AskGroup,

    /// <summary>It has all that it needs, and a silo is looked for.</summary>
    Start,

    /// <summary>A silo has taken it, or is being asked to.</summary>
    Order,

    /// <summary>The silo that was asked has not taken it.</summary>
    Refused,

    /// <summary>An attempt did not end it, which its partition is to know.</summary>
    Park,

    /// <summary>It is due later.</summary>
    Rest,

    /// <summary>It is due.</summary>
    Due,

    /// <summary>It has ended, whatever it came to.</summary>
    End,
}
