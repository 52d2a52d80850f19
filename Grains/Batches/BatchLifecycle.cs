namespace OrleansTasks.Batches;

/// <summary>A batch's life as one table: what may happen to it in which phase, and where it is then. Pure.</summary>
internal static class BatchLifecycle
{
    /// <summary>The phase after an event.</summary>
    /// <returns>Null if the event cannot follow.</returns>
    public static BatchPhase? Next(BatchPhase phase, BatchEvent happens) => (phase, happens) switch
    {
        (BatchPhase.Unknown, BatchEvent.Make) => BatchPhase.Making,
        (BatchPhase.Making, BatchEvent.GiveUp) => BatchPhase.Unknown,
        (BatchPhase.Making, BatchEvent.Store) => BatchPhase.Dispatching,
        (BatchPhase.Dispatching, BatchEvent.AllGiven) => BatchPhase.Running,
        (BatchPhase.Cancelling or BatchPhase.Finishing, BatchEvent.AllGiven) => phase,
        (BatchPhase.Dispatching or BatchPhase.Running or BatchPhase.Cancelling, BatchEvent.RunEnds) => phase,
        (BatchPhase.Dispatching or BatchPhase.Running or BatchPhase.Cancelling, BatchEvent.LastRunEnds) => BatchPhase.Finishing,
        (BatchPhase.Dispatching or BatchPhase.Running, BatchEvent.Cancel) => BatchPhase.Cancelling,
        (BatchPhase.Finishing, BatchEvent.Finish) => BatchPhase.Ended,

        // One that is being made is asked for: whoever removes it means an earlier one.
        (not BatchPhase.Making, BatchEvent.Forget) => BatchPhase.Unknown,
        _ => null,
    };

    /// <summary>Where a batch is that is stored so.</summary>
    public static BatchPhase Of(BatchState? state) => state switch
    {
        null => BatchPhase.Unknown,
        { FinishedAt: not null } => BatchPhase.Ended,
        { AllEnded: true } => BatchPhase.Finishing,
        { IsCancelled: true } => BatchPhase.Cancelling,
        { Items: not null } => BatchPhase.Dispatching,
        _ => BatchPhase.Running,
    };
}
