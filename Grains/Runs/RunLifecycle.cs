namespace OrleansTasks.Runs;

/// <summary>
/// Defines a run's lifecycle as one table: which events are allowed in which phase, the next phase, and the effects. Pure.
/// <c>docs/run-lifecycle.md</c> has the diagram.
/// </summary>
internal static class RunLifecycle
{
    /// <summary>Returns the step of an event.</summary>
    /// <returns>Null if the event is not allowed in this phase.</returns>
    public static RunStep? Next(RunPhase phase, RunEvent happens) =>
        MayFollow(phase, happens) ? new RunStep(To(happens), EffectsOf(phase, happens)) : null;

    /// <summary>Returns the status that users see while there is no result.</summary>
    /// <param name="phase">The phase of the run.</param>
    /// <param name="isOnSilo">Whether a silo has the run, or had it when the run ended. Such a run is shown as running until its result
    /// exists; a run that ended while it waited is not.</param>
    public static RunStatus StatusOf(RunPhase phase, bool isOnSilo) => phase switch
    {
        RunPhase.Running => RunStatus.Running,
        RunPhase.Ended when isOnSilo => RunStatus.Running,
        RunPhase.Pending => RunStatus.Pending,
        _ => RunStatus.Waiting,
    };

    /// <summary>Returns what a run waits for by its phase alone; null if the phase does not tell.</summary>
    /// <param name="phase">The phase of the run.</param>
    /// <param name="isOnSilo">Whether a silo has the run, or had it when the run ended.</param>
    public static string? ReasonOf(RunPhase phase, bool isOnSilo) => phase switch
    {
        RunPhase.Ended when !isOnSilo => "its result to be stored",
        RunPhase.Queued => "the run of an earlier occurrence to end",
        RunPhase.Claiming => "its partition to record its start",
        RunPhase.Parking => "its partition to record its last attempt",
        _ => null,
    };

    /// <summary>Returns whether an event is allowed in a phase.</summary>
    private static bool MayFollow(RunPhase phase, RunEvent happens) => happens switch
    {
        // In every phase before the end: an attempt that was given up as lost may still report, and the run may be stopped or expire.
        RunEvent.Park or RunEvent.Rest or RunEvent.End => phase != RunPhase.Ended,
        RunEvent.Queue or RunEvent.Claim => phase == RunPhase.Ready,
        RunEvent.Dequeue => phase == RunPhase.Queued,
        RunEvent.Granted => phase == RunPhase.Claiming,
        RunEvent.AskGroup => phase is RunPhase.Ready or RunPhase.Waiting,
        RunEvent.Start or RunEvent.Order => phase is RunPhase.Ready or RunPhase.Waiting or RunPhase.AskingGroup or RunPhase.Starting,
        RunEvent.Wait => phase is RunPhase.Ready or RunPhase.Waiting or RunPhase.AskingGroup or RunPhase.Starting or RunPhase.Running,
        RunEvent.Refused => phase == RunPhase.Running,
        RunEvent.Due => phase == RunPhase.Pending,
        _ => false,
    };

    /// <summary>Returns the phase to which an event leads, whatever the phase before.</summary>
    private static RunPhase To(RunEvent happens) => happens switch
    {
        RunEvent.Queue => RunPhase.Queued,
        RunEvent.Claim => RunPhase.Claiming,
        RunEvent.Wait => RunPhase.Waiting,
        RunEvent.AskGroup => RunPhase.AskingGroup,
        RunEvent.Start or RunEvent.Refused => RunPhase.Starting,
        RunEvent.Order => RunPhase.Running,
        RunEvent.Park => RunPhase.Parking,
        RunEvent.Rest => RunPhase.Pending,
        RunEvent.End => RunPhase.Ended,
        _ => RunPhase.Ready,
    };

    /// <summary>Returns the effects of an event.</summary>
    private static RunEffects EffectsOf(RunPhase phase, RunEvent happens) => OfEvent(happens) | OfLeaving(phase, happens);

    /// <summary>Returns the effects that an event has in every phase.</summary>
    private static RunEffects OfEvent(RunEvent happens) => happens switch
    {
        RunEvent.Wait => RunEffects.OutdateAnswers | RunEffects.GiveBackPlaces | RunEffects.JoinLine | RunEffects.SetTimer,
        RunEvent.Park => RunEffects.OutdateAnswers | RunEffects.GiveBackPlaces | RunEffects.ForgetMark,
        RunEvent.Rest => RunEffects.OutdateAnswers | RunEffects.GiveBackPlaces | RunEffects.SetTimer,
        RunEvent.End => RunEffects.GiveBackPlaces,
        RunEvent.Queue or RunEvent.AskGroup => RunEffects.OutdateAnswers | RunEffects.SetTimer,
        RunEvent.Order => RunEffects.BeginAttempt,

        // The silos are asked one after the other, so that earlier requests for the run continue.
        RunEvent.Refused => RunEffects.UndoAttempt,
        _ => RunEffects.OutdateAnswers,
    };

    /// <summary>Returns the effects of leaving a phase. A run that has ended keeps the data of its last attempt.</summary>
    private static RunEffects OfLeaving(RunPhase phase, RunEvent happens) => (phase, happens) switch
    {
        (_, RunEvent.End) => RunEffects.None,
        (RunPhase.Running, _) => RunEffects.LeaveSilo,

        // It starts without having waited for a silo.
        (not RunPhase.Starting, RunEvent.Order) => RunEffects.OutdateAnswers,
        _ => RunEffects.None,
    };
}
