namespace OrleansTasks.Runs;

/// <summary>
/// Defines the phases of a run in its task's grain. A run is in exactly one of them, from when the grain accepts it until its end is
/// published.
/// </summary>
internal enum RunPhase
{
    /// <summary>The run may start, and the turn that accepted it decides what happens to it.</summary>
    Ready,

    /// <summary>The run waits until the run of an earlier occurrence has ended.</summary>
    Queued,

    /// <summary>The partition is storing the claim for the run of this occurrence.</summary>
    Claiming,

    /// <summary>The run is in the line of its task, for one reason.</summary>
    Waiting,

    /// <summary>The run has requested a place from its group.</summary>
    AskingGroup,

    /// <summary>The run has the places that it needs. Its start is being stored, or it is being offered to silos.</summary>
    Starting,

    /// <summary>A silo has the run, or has been asked to take it.</summary>
    Running,

    /// <summary>The partition is storing the outcome of the run's last attempt.</summary>
    Parking,

    /// <summary>The run waits for an instant: the due time with which it was stored, or that of its next attempt.</summary>
    Pending,

    /// <summary>The run has ended, and its end is being stored, numbered and published.</summary>
    Ended,
}

/// <summary>Defines the events of a run.</summary>
internal enum RunEvent
{
    /// <summary>The run has to wait until the run of an earlier occurrence has ended.</summary>
    Queue,

    /// <summary>It is the turn of this occurrence.</summary>
    Dequeue,

    /// <summary>The partition is asked to store that the run starts.</summary>
    Claim,

    /// <summary>The partition has stored the claim.</summary>
    Granted,

    /// <summary>Something that the run needs is missing.</summary>
    Wait,

    /// <summary>The run requests a place from its group.</summary>
    AskGroup,

    /// <summary>The run has everything that it needs, and a silo is being searched for.</summary>
    Start,

    /// <summary>A silo has taken the run, or is being asked to.</summary>
    Order,

    /// <summary>The silo that was asked has not taken the run.</summary>
    Refused,

    /// <summary>An attempt did not end the run, which its partition has to store.</summary>
    Park,

    /// <summary>The run is due later.</summary>
    Rest,

    /// <summary>The run is due.</summary>
    Due,

    /// <summary>The run has ended, with any outcome.</summary>
    End,
}
