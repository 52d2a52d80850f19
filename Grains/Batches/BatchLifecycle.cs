namespace OrleansTasks.Batches;

/// <summary>Defines a batch's lifecycle as one table: which events are allowed in which phase, and the next phase. Pure.</summary>
internal static class BatchLifecycle
{
    /// <summary>Returns the phase after an event.</summary>
    /// <returns>Null if the event is not allowed in this phase.</returns>
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

        // A batch that is being created is wanted. Whoever removes it means an earlier one.
        (not BatchPhase.Making, BatchEvent.Forget) => BatchPhase.Unknown,
        _ => null,
    };

    /// <summary>Returns the phase of a stored batch.</summary>
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
