using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Partitions;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Handles the stored runs of a task: stores them in the partition, and accepts those that the partition hands over.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="history">The results of ended runs.</param>
/// <param name="pipeline">Takes results that are in no history yet.</param>
/// <param name="ends">Ends the runs that may not start.</param>
/// <param name="gate">Starts the runs that may.</param>
internal sealed class StoredRuns(TaskContext context, HistoryKeeper history, OutcomePipeline pipeline, RunEnds ends, OverlapGate gate)
    : TaskPart(context)
{
    // The number of calls to store or take runs that were not answered.
    private long _failures;
    private bool _willDoubt;

    /// <summary>Stores a run. It starts when it is due.</summary>
    /// <returns>The id of the run, or of the run that was stored before for the same request or key.</returns>
    public async Task<RunId> StoreAsync(StoredRun run)
    {
        using var gone = Runs.WatchEnds();
        var stored = await AskAsync((p, epoch) => p.AddRunAsync(epoch, run));
        if (stored.RunId.Task != Known.Name)
        {
            throw new TaskConflictException(Known.Name, $"The run was not stored: its id is that of {stored.RunId}, a run of another "
                + "task. Use a new id.");
        }

        if (stored.IsOver && run.Trigger == RunTrigger.Schedule)
        {
            // An occurrence that was made up for, and whose result the history no longer has.
            Book.Close(run.RunId.Value);
        }

        // The run may have been stored and attempted before. Or it may have arrived in a briefing that has overtaken this answer, and have
        // ended. The partition decides whether it is due.
        if (stored.IsHanded && !gone.Has(stored.RunId.Value))
        {
            Accept(stored);
        }

        return stored.RunId;
    }

    /// <summary>
    /// Takes a stored run from the partition, even if it is not due yet. Does nothing if the run has ended or does not exist.
    /// </summary>
    public async Task TakeAsync(RunId run)
    {
        using var gone = Runs.WatchEnds();
        AcceptAll(await AskAsync((p, epoch) => p.TakeRunsAsync(Known.Name, epoch, run.Value)), gone);
    }

    /// <summary>Accepts stored runs from the partition.</summary>
    /// <param name="runs">The runs at the time of the partition's answer.</param>
    /// <param name="gone">The runs that have ended since the partition was asked.</param>
    public void AcceptAll(IReadOnlyList<StoredRun> runs, GoneRuns gone)
    {
        foreach (var run in runs.Where(r => !gone.Has(r.RunId.Value)))
        {
            Accept(run);
        }
    }

    private async Task<T> AskAsync<T>(Func<IPartition, long, Task<T>> call)
    {
        try
        {
            return await Turns.UnlessLeaving(Link.CallAsync(call));
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e) && !ClusterCalls.IsRefusal(e))
        {
            _failures++;
            if (!_willDoubt)
            {
                _willDoubt = true;
                Turns.Post(DoubtLaterAsync);
            }

            throw;
        }
    }

    /// <summary>
    /// Doubts the runs that the partition has handed over once more, when no earlier call can still be on its way. A run may be stored or
    /// handed over after its caller gave up waiting. The caller may not ask again, and then nobody would have the run.
    /// </summary>
    private async Task DoubtLaterAsync()
    {
        long failure;
        do
        {
            failure = _failures;
            await Task.Delay(CallTimes.Longest, Silo.Pauses);
        }
        while (failure != _failures);

        _willDoubt = false;
        Link.Doubt();
    }

    private void Accept(StoredRun stored)
    {
        if (Runs.TryGet(stored.RunId.Value, out var present) && !ends.GiveWay(stored.RunId.Value))
        {
            if (stored.Result is { } known)
            {
                // The run was adopted from a silo that has reported its end to an earlier activation, possibly with success. In this case
                // the silo does not report it again.
                ends.EndAs(present, RunForms.OutcomeOf(known));
            }

            return;
        }

        if (history.IsExpected(stored.RunId.Value))
        {
            return;
        }

        if (stored.Result is { } result)
        {
            // At once: if an occurrence of it is given again, it finds the run here.
            pipeline.Adopt(RunForms.ToEnding(stored, result), result);
            return;
        }

        // A clock may have been set back since the partition said that.
        stored = StoredInstants.Heal(stored, Clock.Now, Silo.Options.ClockTolerance);
        var run = RunForms.ToActive(stored, Link.Activation);
        if (run.Trigger == RunTrigger.Schedule)
        {
            Book.Open(run.RunId.Value, run.ScheduledAt);
        }

        Runs.Put(run);
        if (!Known.Admits(run))
        {
            run.StopCause ??= RunStatus.Cancelled;
            if (stored.MayBeUnderWay)
            {
                LoseUnlessKnown(run, static (e, r) => e.EndLost(r));
            }
            else
            {
                ends.EndStopped(run);
            }
        }
        else if (stored.MayBeUnderWay)
        {
            // It was started, and no living silo has it. It may not be started again.
            LoseUnlessKnown(run, static (e, r) => e.EndLost(r));
        }
        else if (LossMarks.IsLost(stored, Link.Activation) && stored.DueAt <= Clock.Now)
        {
            // An activation that has left may have started it, and no living silo has it.
            LoseUnlessKnown(run, static (e, r) => e.LoseAttempt(r));
        }
        else if (stored.DueAt > Clock.Now)
        {
            ends.WaitForAttempt(run);
        }
        else
        {
            gate.Begin(run);
        }
    }

    /// <summary>
    /// Marks a run as lost, unless the history has its result. An activation that stayed alive after it was replaced may have written the
    /// result without anybody telling the partition.
    /// </summary>
    private void LoseUnlessKnown(ActiveRun run, Action<RunEnds, ActiveRun> lose) => Turns.PostUntilDone(async () =>
    {
        var known = await history.FindAsync(run.RunId.Value);
        if (Turns.HasLeft || !Runs.IsIn(run, RunPhase.Ready))
        {
            return;
        }

        if (known is not null)
        {
            pipeline.EndAsKnown(run, known);
        }
        else
        {
            lose(ends, run);
        }
    });
}
