namespace OrleansTasks;

/// <summary>A run's life as one table: what may happen to it in which phase, and where it is then. Pure. The diagram is in <c>docs/run-lifecycle.md</c>.</summary>
internal static class RunLifecycle
{
    // What may follow wherever a run is that has not ended: an attempt that was given up for lost may still speak, and the run may be stopped, or its time be over.
    private static readonly RunEvent[] _always = [RunEvent.Park, RunEvent.Rest, RunEvent.End];
    private static readonly RunPhase?[,] _table = Table();

    /// <summary>The phase after an event.</summary>
    /// <returns>Null if the event cannot follow.</returns>
    public static RunPhase? Next(RunPhase phase, RunEvent happens) => _table[(int)phase, (int)happens];

    /// <summary>The status that people see while there is no result.</summary>
    public static RunStatus StatusOf(RunPhase phase) => phase switch
    {
        // What has ended is told as under way until its result is there.
        RunPhase.Running or RunPhase.Ended => RunStatus.Running,
        RunPhase.Pending => RunStatus.Pending,
        _ => RunStatus.Waiting,
    };

    /// <summary>What a run waits for by its phase alone; null if that does not tell.</summary>
    public static string? ReasonOf(RunPhase phase) => phase switch
    {
        RunPhase.Queued => "the run of an earlier occurrence to end",
        RunPhase.Claiming => "its partition to note that it starts",
        RunPhase.Parking => "its partition to note what its last attempt came to",
        _ => null,
    };

    private static RunPhase?[,] Table()
    {
        var table = new RunPhase?[Enum.GetValues<RunPhase>().Length, Enum.GetValues<RunEvent>().Length];
        foreach (var phase in Enum.GetValues<RunPhase>().Where(static p => p != RunPhase.Ended))
        {
            foreach (var happens in _always.Concat(MayFollow(phase)))
            {
                table[(int)phase, (int)happens] = To(happens);
            }
        }

        return table;
    }

    /// <summary>What else may happen in a phase.</summary>
    private static RunEvent[] MayFollow(RunPhase phase) => phase switch
    {
        RunPhase.Ready => [RunEvent.Queue, RunEvent.Claim, RunEvent.Wait, RunEvent.AskGroup, RunEvent.Start, RunEvent.Order],
        RunPhase.Queued => [RunEvent.Dequeue],
        RunPhase.Claiming => [RunEvent.Granted],
        RunPhase.Waiting => [RunEvent.Wait, RunEvent.AskGroup, RunEvent.Start, RunEvent.Order],
        RunPhase.AskingGroup => [RunEvent.Wait, RunEvent.Start, RunEvent.Order],
        RunPhase.Starting => [RunEvent.Wait, RunEvent.Start, RunEvent.Order],
        RunPhase.Running => [RunEvent.Wait, RunEvent.Refused],
        RunPhase.Pending => [RunEvent.Due],
        _ => [],
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
}
