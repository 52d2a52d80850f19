namespace OrleansTasks.Batches;

/// <summary>Defines the phases of a batch. A batch is in exactly one of them.</summary>
internal enum BatchPhase
{
    /// <summary>The batch does not exist: it was never stored, or was removed.</summary>
    Unknown,

    /// <summary>The batch is being checked and stored.</summary>
    Making,

    /// <summary>The batch is stored, and its runs are being given to their tasks.</summary>
    Dispatching,

    /// <summary>The tasks have all runs of the batch, and not all of these have ended.</summary>
    Running,

    /// <summary>The batch was cancelled, and not all of its runs have ended.</summary>
    Cancelling,

    /// <summary>All runs of the batch have ended, and its continuation is being stored.</summary>
    Finishing,

    /// <summary>The batch has ended, and is kept for its retention.</summary>
    Ended,
}

/// <summary>Defines the events of a batch.</summary>
internal enum BatchEvent
{
    /// <summary>A caller requests the batch.</summary>
    Make,

    /// <summary>The batch was rejected, or could not be stored.</summary>
    GiveUp,

    /// <summary>The batch is stored.</summary>
    Store,

    /// <summary>All runs have been given to tasks.</summary>
    AllGiven,

    /// <summary>One of the runs has ended, and others have not.</summary>
    RunEnds,

    /// <summary>The last of the runs has ended.</summary>
    LastRunEnds,

    /// <summary>A caller cancels the batch.</summary>
    Cancel,

    /// <summary>The continuation is stored, if there is one.</summary>
    Finish,

    /// <summary>The batch is removed, because its retention is over or its runs were cleared.</summary>
    Forget,
}
