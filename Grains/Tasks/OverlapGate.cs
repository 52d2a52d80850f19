using OrleansTasks.Policies;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Decides what becomes of an occurrence that meets the runs of earlier ones: it starts, waits, takes their place, or is left out.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="accounts">What came of them.</param>
/// <param name="moves">Moves their runs.</param>
/// <param name="claimer">Starts those that may start.</param>
/// <param name="starts">Begins other runs.</param>
/// <param name="stops">Stops those whose place is taken.</param>
internal sealed class OverlapGate(TaskContext context, TaskAccounts accounts, RunMoves moves, OccurrenceClaimer claimer, RunStarts starts, RunStops stops) : TaskPart(context)
{
    private const int DefaultQueue = 100;

    // One that waits no more, since an attempt that another activation had made has spoken, is left here until the next look.
    private readonly List<ActiveRun> _queued = [];
    private bool _isStarting;

    /// <summary>The occurrences that wait for others to end.</summary>
    public IEnumerable<ActiveRun> Queued => _queued.Where(static r => r.IsQueued);

    /// <summary>The runs of occurrences that have begun, or are about to, and have not ended.</summary>
    private IEnumerable<ActiveRun> UnderWay => Runs.All.Where(IsUnderWay);

    /// <summary>Begins a run that has become due. One that makes up for an occurrence does not run beside another one.</summary>
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

    /// <summary>Lets a run of an occurrence begin, or decides what else becomes of it.</summary>
    public void Pass(ActiveRun run)
    {
        // Itself it is not under way yet.
        Runs.Remove(run);
        Tidy();
        var underWay = Known.Options.Overlap == OverlapPolicy.Allow ? 0 : UnderWay.Count();
        switch (Overlaps.Of(Known.Options.Overlap, underWay, _queued.Count, Known.Options.MaxQueuedOccurrences ?? DefaultQueue, isMadeUp: run.Stored))
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

    /// <summary>Starts the next one of the occurrences that wait for others to end.</summary>
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
        run is { Trigger: RunTrigger.Schedule, Ending: false, IsQueued: false } && (run.Status != RunStatus.Pending || run.EndedAttempts > 0);

    private void Tidy() => _queued.RemoveAll(r => !Runs.IsIn(r, RunPhase.Queued));

    private void Start(ActiveRun run)
    {
        _queued.Remove(run);
        moves.Move(run, RunEvent.Dequeue);
        if (!run.Stored && !Known.FiresAt(run.ScheduledAt))
        {
            // Paused, cancelled or stopped meanwhile.
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

    /// <summary>Notes that an occurrence is left out for an earlier one. One that only waits for storage does not run: then it is the outage that costs this one.</summary>
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
