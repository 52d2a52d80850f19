namespace OrleansTasks.Runs;

/// <summary>A run's life as one table: what may happen to it in which phase, where it is then, and what has to be done. Pure. The diagram is in <c>docs/run-lifecycle.md</c>.</summary>
internal static class RunLifecycle
{
    /// <summary>What an event comes to.</summary>
    /// <returns>Null if the event cannot follow.</returns>
    public static RunStep? Next(RunPhase phase, RunEvent happens) => MayFollow(phase, happens) ? new RunStep(To(happens), EffectsOf(phase, happens)) : null;

    /// <summary>The status that people see while there is no result.</summary>
    /// <param name="phase">Where the run is.</param>
    /// <param name="isOnSilo">Whether a silo has it, or had it when it ended: such a run is told as under way until its result is there, and one that ended while it waited is not.</param>
    public static RunStatus StatusOf(RunPhase phase, bool isOnSilo) => phase switch
    {
        RunPhase.Running => RunStatus.Running,
        RunPhase.Ended when isOnSilo => RunStatus.Running,
        RunPhase.Pending => RunStatus.Pending,
        _ => RunStatus.Waiting,
    };

    /// <summary>What a run waits for by its phase alone; null if that does not tell.</summary>
    /// <param name="phase">Where the run is.</param>
    /// <param name="isOnSilo">Whether a silo has it, or had it when it ended.</param>
    public static string? ReasonOf(RunPhase phase, bool isOnSilo) => phase switch
    {
        RunPhase.Ended when !isOnSilo => "its result to be stored",
        RunPhase.Queued => "the run of an earlier occurrence to end",
        RunPhase.Claiming => "its partition to record its start",
        RunPhase.Parking => "its partition to record its last attempt",
        _ => null,
    };

    /// <summary>What may happen in which phase.</summary>
    private static bool MayFollow(RunPhase phase, RunEvent happens) => happens switch
    {
        // Wherever a run is that has not ended: an attempt that was given up for lost may still speak, and the run may be stopped, or its time be over.
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

    /// <summary>Where an event leads to, wherever the run was.</summary>
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

    /// <summary>What has to be done.</summary>
    private static RunEffects EffectsOf(RunPhase phase, RunEvent happens) => OfEvent(happens) | OfLeaving(phase, happens);

    /// <summary>What an event makes necessary wherever the run was.</summary>
    private static RunEffects OfEvent(RunEvent happens) => happens switch
    {
        RunEvent.Wait => RunEffects.OutdateAnswers | RunEffects.GiveBackPlaces | RunEffects.JoinLine | RunEffects.SetTimer,
        RunEvent.Park => RunEffects.OutdateAnswers | RunEffects.GiveBackPlaces | RunEffects.ForgetMark,
        RunEvent.Rest => RunEffects.OutdateAnswers | RunEffects.GiveBackPlaces | RunEffects.SetTimer,
        RunEvent.End => RunEffects.GiveBackPlaces,
        RunEvent.Queue or RunEvent.AskGroup => RunEffects.OutdateAnswers | RunEffects.SetTimer,
        RunEvent.Order => RunEffects.BeginAttempt,

        // The silos are asked one after the other: what was asked for the run before goes on.
        RunEvent.Refused => RunEffects.UndoAttempt,
        _ => RunEffects.OutdateAnswers,
    };

    /// <summary>What leaving a phase makes necessary. A run that has ended keeps what is known of its last attempt.</summary>
    private static RunEffects OfLeaving(RunPhase phase, RunEvent happens) => (phase, happens) switch
    {
        (_, RunEvent.End) => RunEffects.None,
        (RunPhase.Running, _) => RunEffects.LeaveSilo,

        // It begins without having waited for a silo.
        (not RunPhase.Starting, RunEvent.Order) => RunEffects.OutdateAnswers,
        _ => RunEffects.None,
    };
}
