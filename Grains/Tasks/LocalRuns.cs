using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>
/// Receives, on any thread, what a task's runs on its own silo report: their progress, that they ignore a request to stop, and their
/// outcomes. Processes it on the grain's turns.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="ends">Processes the outcomes.</param>
internal sealed class LocalRuns(TaskContext context, RunEnds ends) : TaskPart(context), IRunObserver
{
    private readonly Lock _gate = new();

    // Outcomes of attempts on this silo, which arrive on any thread, and an empty list for further ones. The lock guards both.
    private List<(ILocalRun Run, RunOutcome Outcome)>? _ended;
    private List<(ILocalRun Run, RunOutcome Outcome)>? _spare;
    private int _takingEnded;

    /// <summary>Processes the outcomes of the runs on this silo.</summary>
    public void TakeEnded()
    {
        Volatile.Write(ref _takingEnded, 0);
        while (NextEnded() is { } all)
        {
            var taken = 0;
            try
            {
                while (taken < all.Count)
                {
                    Take(all[taken++]);
                }
            }
            finally
            {
                lock (_gate)
                {
                    if (taken < all.Count)
                    {
                        // One outcome failed, which is no reason to lose the others.
                        (_ended ??= []).InsertRange(0, all.Skip(taken));
                    }

                    all.Clear();
                    _spare ??= all;
                }
            }
        }
    }

    /// <summary>Records the progress that a handler reports.</summary>
    public void TakeProgress(Guid run, RunProgress progress)
    {
        if (Runs.TryGet(run, out var active))
        {
            active.Progress = active.Progress is { } known && known.At > progress.At ? known : progress;
            Teller.TellProgress(active);
        }
    }

    /// <summary>Records that a run continues although it was asked to stop.</summary>
    public void TakeIgnoring(Guid run)
    {
        if (Runs.TryGet(run, out var active))
        {
            active.IgnoresCancellation = true;
            Teller.TellOf(active, TaskEventKind.RunIgnoresCancellation);
        }
    }

    void IRunObserver.OnProgress(ILocalRun run, RunProgress progress) => Turns.Post(() => TakeProgress(run.Order.RunId.Value, progress));

    void IRunObserver.OnIgnoring(ILocalRun run) => Turns.Post(() => TakeIgnoring(run.Order.RunId.Value));

    void IRunObserver.OnEnd(ILocalRun run, RunOutcome outcome)
    {
        lock (_gate)
        {
            (_ended ??= []).Add((run, outcome));
        }

        if (Turns.HasLeft)
        {
            // Processed at once, before this silo forgets the run: the next activation looks for it here.
            TakeEnded();
            return;
        }

        // One turn processes everything that ended since the last one.
        if (Interlocked.Exchange(ref _takingEnded, 1) == 0)
        {
            Turns.Post(static local => ((LocalRuns)local!).TakeEnded(), this);
        }
    }

    private void Take((ILocalRun Run, RunOutcome Outcome) ended)
    {
        var (running, outcome) = ended;
        if (Turns.HasLeft)
        {
            Silo.Reporter.OnEnd(running, outcome);
        }
        else if (Runs.TryGet(running.Order.RunId.Value, out var run) && run.Local == running)
        {
            var moved = Clock.Shift - run.OrderedAtShift;
            run.StartedAt = running.StartedAt + moved;
            ends.End(run, outcome.MovedBy(moved));
        }
    }

    private List<(ILocalRun Run, RunOutcome Outcome)>? NextEnded()
    {
        lock (_gate)
        {
            if (_ended is not { Count: > 0 } all)
            {
                return null;
            }

            (_ended, _spare) = (_spare, null);
            return all;
        }
    }
}
