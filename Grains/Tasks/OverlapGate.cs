using OrleansTasks.Policies;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Decides what happens to an occurrence that is due while runs of earlier occurrences are in progress: it starts, waits, replaces them, or
/// is skipped.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="accounts">The outcomes of occurrences.</param>
/// <param name="moves">Moves their runs.</param>
/// <param name="claimer">Starts the runs that may start.</param>
/// <param name="starts">Starts other runs.</param>
/// <param name="stops">Stops the runs that are replaced.</param>
internal sealed class OverlapGate(TaskContext context, TaskAccounts accounts, RunMoves moves, OccurrenceClaimer claimer, RunStarts starts,
    RunStops stops) : TaskPart(context)
{
    private const int DefaultQueue = 100;

    // A run that no longer waits, because an attempt by another activation has reported, stays here until the next check.
    private readonly List<ActiveRun> _queued = [];
    private bool _isStarting;

    /// <summary>Gets the occurrences that wait for others to end.</summary>
    public IEnumerable<ActiveRun> Queued => _queued.Where(static r => r.IsQueued);

    /// <summary>Gets the runs of occurrences that have started, or are about to, and have not ended.</summary>
    private IEnumerable<ActiveRun> UnderWay => Runs.All.Where(IsUnderWay);

    /// <summary>Starts a run that has become due. A run that makes up for an occurrence does not overlap with another one.</summary>
    public void Begin(ActiveRun run)
    {
        if (run is { Trigger: RunTrigger.Schedule, Attempt: 0 })
        {
            Pass(run);
        }
        else
        {
            starts.Begin(run);
        }
    }

    /// <summary>Starts a run of an occurrence, or decides what else happens to it.</summary>
    public void Pass(ActiveRun run)
    {
        // The run itself is not in progress yet.
        Runs.Remove(run);
        Tidy();
        var underWay = Known.Options.Overlap == OverlapPolicy.Allow ? 0 : UnderWay.Count();
        switch (Overlaps.Of(Known.Options.Overlap, underWay, _queued.Count, Known.Options.MaxQueuedOccurrences ?? DefaultQueue,
            isMadeUp: run.Stored))
        {
            case Overlaps.Decision.Start:
                claimer.Start(run);
                break;
            case Overlaps.Decision.Skip:
                LeaveOut(run);
                claimer.Forget(run);
                break;
            case Overlaps.Decision.Queue:
                Queue(run);
                break;
            case Overlaps.Decision.Replace:
                Replace(run);
                break;
        }
    }

    /// <summary>Starts the next of the occurrences that wait for others to end.</summary>
    public void StartNext()
    {
        if (_isStarting || _queued.Count == 0)
        {
            return;
        }

        _isStarting = true;
        try
        {
            Tidy();
            while (_queued.Count > 0 && !Turns.IsLeaving && !Silo.Executor.IsDraining && !UnderWay.Any())
            {
                Start(_queued[0]);
                Tidy();
            }
        }
        finally
        {
            _isStarting = false;
        }
    }

    private static bool IsUnderWay(ActiveRun run) =>
        run is { Trigger: RunTrigger.Schedule, Ending: false, IsQueued: false }
            && (run.Status != RunStatus.Pending || run.EndedAttempts > 0);

    private void Tidy() => _queued.RemoveAll(r => !Runs.IsIn(r, RunPhase.Queued));

    private void Start(ActiveRun run)
    {
        _queued.Remove(run);
        moves.Move(run, RunEvent.Dequeue);
        if (!run.Stored && !Known.FiresAt(run.ScheduledAt))
        {
            // The task was paused or cancelled, or the scheduler stopped, meanwhile.
            accounts.NoteSkipped(run.ScheduledAt, Known.WhyNotFiring);
            Runs.Remove(run);
            Book.Close(run.RunId.Value);
            return;
        }

        run.DueAt = Clock.Now;
        claimer.Start(run);
    }

    private void Queue(ActiveRun run)
    {
        moves.Move(run, RunEvent.Queue);
        Runs.Put(run);
        _queued.Add(run);
    }

    private void Replace(ActiveRun run)
    {
        foreach (var waiting in _queued.Where(r => !r.Stored).ToList())
        {
            Skip(waiting);
            Runs.Remove(waiting);
            Book.Close(waiting.RunId.Value);
        }

        Tidy();
        Queue(run);
        var earlier = UnderWay.Where(r => !r.CancelRequested).ToList();
        Turns.Post(() => stops.StopAllAsync(earlier, RunStatus.Cancelled));
    }

    /// <summary>
    /// Records that an occurrence is skipped because of an earlier one. If the earlier one only waits for storage and does not run, the
    /// outage is recorded as the reason.
    /// </summary>
    private void LeaveOut(ActiveRun run)
    {
        if (claimer.HoldsUp(UnderWay))
        {
            accounts.NoteMissed(run.ScheduledAt, OutcomeReason.Outage);
        }
        else
        {
            Skip(run);
        }
    }

    private void Skip(ActiveRun run)
    {
        LogSkipped(Silo.Log, Known.Name, run.ScheduledAt);
        accounts.NoteSkipped(run.ScheduledAt, OutcomeReason.Overlap);
    }
}
