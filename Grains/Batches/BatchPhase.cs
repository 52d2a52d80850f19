namespace OrleansTasks.Batches;

/// <summary>Where a batch is: in exactly one of these.</summary>
internal enum BatchPhase
{
    /// <summary>There is none: it was never stored, or was removed.</summary>
    Unknown,

    /// <summary>It is being checked and stored.</summary>
    Making,

    /// <summary>It is stored, and its runs are being given to their tasks.</summary>
    Dispatching,

    /// <summary>The tasks have all of its runs, and not all of these have ended.</summary>
    Running,

    /// <summary>It was cancelled, and not all of its runs have ended.</summary>
    Cancelling,

    /// <summary>All of its runs have ended, and what follows is being stored.</summary>
    Finishing,

    /// <summary>It is over, and is kept for a while.</summary>
    Ended,
}

/// <summary>What happens to a batch.</summary>
internal enum BatchEvent
{
    /// <summary>Somebody asks for it.</summary>
    Make,

    /// <summary>It was refused, or could not be stored.</summary>
    GiveUp,

    /// <summary>It is stored.</summary>
    Store,

    /// <summary>Nothing of it is left to be given to tasks.</summary>
    AllGiven,

    /// <summary>One of its runs has ended, and others have not.</summary>
    RunEnds,

    /// <summary>The last of its runs has ended.</summary>
    LastRunEnds,

    /// <summary>Somebody cancels it.</summary>
    Cancel,

    /// <summary>What follows is stored, if anything does.</summary>
    Finish,

    /// <summary>It is removed: its time is over, or its runs were cleared.</summary>
    Forget,
}
