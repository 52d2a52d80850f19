using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Partitions;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>The stored runs of a task: has its partition store them, and takes up those that the partition hands over.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="history">What has ended.</param>
/// <param name="pipeline">Takes results that are in no history yet.</param>
/// <param name="ends">Ends those that may not start.</param>
/// <param name="gate">Begins those that may.</param>
internal sealed class StoredRuns(TaskContext context, HistoryKeeper history, OutcomePipeline pipeline, RunEnds ends, OverlapGate gate) : TaskPart(context)
{
    // How often it was not answered whether a run is stored, or handed over.
    private long _failures;
    private bool _willDoubt;

    /// <summary>Has a run stored; it begins when it is due.</summary>
    /// <returns>Its id, or that of the run that was stored before for the same request or key.</returns>
    public async Task<RunId> StoreAsync(StoredRun run)
    {
        using var gone = Runs.WatchEnds();
        var stored = await AskAsync((p, epoch) => p.AddRunAsync(epoch, run));
        if (stored.RunId.Task != Known.Name)
        {
            throw new TaskConflictException(Known.Name, $"The run was not stored: its id is that of {stored.RunId}, a run of another task.");
        }

        if (stored.IsOver && run.Trigger == RunTrigger.Schedule)
        {
            // An occurrence that was made up for, and whose result the history no longer has.
            Book.Close(run.RunId.Value);
        }

        // It may have been stored before, and have been tried since then; or have come with a briefing that has overtaken this answer, and have ended. Whether it is due is for the partition to say.
        if (stored.IsHanded && !gone.Has(stored.RunId.Value))
        {
            Accept(stored);
        }

        return stored.RunId;
    }

    /// <summary>Takes a stored run from the partition, also when it is not due yet; nothing happens if there is none that has not ended.</summary>
    public async Task TakeAsync(RunId run)
    {
        using var gone = Runs.WatchEnds();
        AcceptAll(await AskAsync((p, epoch) => p.TakeRunsAsync(Known.Name, epoch, run.Value)), gone);
    }

    /// <summary>Takes stored runs from the partition.</summary>
    /// <param name="runs">The runs as they were when it answered.</param>
    /// <param name="gone">Those that have ended since it was asked.</param>
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
    /// Doubts once more what the partition has handed over, when nothing that was sent before can still be on its way. A run may be stored, or handed over, after its answer was given up; whoever
    /// asked for it may not ask again, and then nobody would have it.
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
                // It was adopted from a silo that has told its end to an earlier activation, and perhaps has been heard: then it does not tell it again.
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
            // At once: an occurrence of it that is given again finds the run here.
            pipeline.Adopt(RunForms.ToEnding(stored, result), result);
            return;
        }

        // A clock may have been put back since the partition said that.
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
            // It was started, and no living silo has it: it may not be started again.
            LoseUnlessKnown(run, static (e, r) => e.EndLost(r));
        }
        else if (LossMarks.IsLost(stored, Link.Activation) && stored.DueAt <= Clock.Now)
        {
            // It may have been started by an activation that is no more, and no living silo has it.
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
    /// Takes a run for lost, unless the history has its result: an activation that lived on after it was replaced may have written it there, and nobody have told the partition.
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
