using OrleansTasks.Runs;
using OrleansTasks.Text;

namespace OrleansTasks.Tasks;

/// <summary>Pauses, resumes and cancels a task, and cancels single runs.</summary>
internal sealed class TaskControls : TaskPart
{
    private static readonly TimeSpan CallOffPatience = TimeSpan.FromSeconds(10);
    private readonly StoredRuns _stored;
    private readonly OutcomePipeline _pipeline;
    private readonly TaskAccounts _accounts;
    private readonly OccurrenceFlow _occurrences;
    private readonly RunStops _stops;
    private readonly TaskPresence _presence;

    // The run that cancelled its own task. It continues.
    private Guid _spared;
    private Task _callingOff = Task.CompletedTask;

    public TaskControls(TaskContext context, StoredRuns stored, OutcomePipeline pipeline, TaskAccounts accounts, OccurrenceFlow occurrences,
        RunStops stops, TaskPresence presence)
        : base(context)
    {
        (_stored, _pipeline, _accounts, _occurrences, _stops, _presence) = (stored, pipeline, accounts, occurrences, stops, presence);
    }

    /// <summary>Cancels one run.</summary>
    /// <returns>False if there is nothing to cancel.</returns>
    public async Task<bool> CancelRunAsync(RunId run, bool timedOut, Guid request)
    {
        await _presence.EnsureAttachedAsync();
        if (run.Task != Known.Name)
        {
            return false;
        }

        if (!Runs.Has(run.Value) && Known.Entry is not null)
        {
            await _stored.TakeAsync(run);
        }

        if (!Runs.TryGet(run.Value, out var active) || active.Ending)
        {
            return await Link.FindRequestAsync(request) ?? false;
        }

        // The run is asked to stop even while storage does not answer. Nobody is told before the cancellation is stored.
        var storing = StoreCallOffAsync(active);
        await Task.WhenAll(storing, _stops.StopAsync(active, timedOut ? RunStatus.TimedOut : RunStatus.Cancelled));

        if (request != Guid.Empty)
        {
            await Link.CallAsync((p, _) => p.RememberAsync(request, true));
        }

        return true;
    }

    /// <summary>
    /// Stores that a run is cancelled. If its silo, or this one, is lost before its end is stored, the run is not executed again.
    /// </summary>
    private async Task StoreCallOffAsync(ActiveRun run)
    {
        run.CalledOff = true;
        if (run is { Trigger: RunTrigger.Schedule, Guarantee: RunGuarantee.AtLeastOnce } and ({ Stored: false } or { Adopted: true }))
        {
            // Nothing is stored about an occurrence that may be repeated while it is on time, and any successor creates it again. From here
            // on it is stored, and its end is stored after this.
            run.Stored = true;
            var storing = Turns.UntilDoneAsync(() => Link.CallAsync((p, epoch) => p.ParkRunAsync(epoch, RunForms.ToStored(run))));
            run.Parked = AfterAsync(run.Parked, storing);
            await storing;
        }
        else if (!run.Stored
            || (run is { Adopted: true, Trigger: RunTrigger.Request or RunTrigger.Schedule } && !await Link.HasAsync(run.RunId)))
        {
            // A caller waits for it, and asks again; or it may not be repeated.
            return;
        }

        await Link.CallAsync((p, _) => p.CallOffRunsAsync([run.RunId.Value]));

        static async Task AfterAsync(Task before, Task storing)
        {
            await before;
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>Cancels the task and all its runs.</summary>
    /// <param name="spared">The run that cancels the task and continues; empty if no run does.</param>
    /// <param name="request">The request's id; empty if it has none.</param>
    public async Task<bool> CancelAsync(Guid spared, Guid request)
    {
        await EnsureCurrentAsync();
        if (Known.Entry is null or { State: TaskState.Cancelled })
        {
            if (await Link.FindRequestAsync(request) is { } answer)
            {
                // Whoever was cancelling the runs may have been lost meanwhile, or not be finished yet.
                await CallOffAllAsync();
                return answer;
            }

            return Known.Entry is not null ? false : throw _presence.LeaveWith(new TaskNotFoundException(Known.Name));
        }

        Known.IsCancelling = true;
        try
        {
            await SetAsync(TaskState.Cancelled, request: request);
        }
        finally
        {
            Known.IsCancelling = false;
        }

        if (Known.Entry?.State != TaskState.Cancelled)
        {
            // This request did cancel the task, and it has been removed or registered again since then.
            return true;
        }

        // From here on nothing of the task starts. The rest notifies waiting callers. The wait for it is limited, as there may be a million
        // runs.
        _spared = spared;
        _accounts.PlanSchedule();
        _occurrences.Stop();
        await CallOffAllAsync();
        return true;
    }

    /// <summary>Pauses the task.</summary>
    /// <returns>False if the request was processed before.</returns>
    public async Task PauseAsync(string? note, DateTimeOffset? until, string? by, PausedOccurrences occurrences, Guid request)
    {
        if (!Enum.IsDefined(occurrences))
        {
            throw new InvalidTaskException(Known.Name, [EnumText.Fault("Occurrences", occurrences)]);
        }

        if (until <= Clock.Now)
        {
            if (await Link.FindRequestAsync(request) is null)
            {
                throw new InvalidTaskException(Known.Name, [$"The pause ends at {until:O}, which has passed. Set a later end, or null "
                    + "for none."]);
            }

            return;
        }

        await SetStateAsync(TaskState.Paused, Clean(note, Silo.Options.Limits.MaxNoteLength), until?.ToUniversalTime(), Clean(by, 200),
            occurrences == PausedOccurrences.CatchUp, request);

        static string? Clean(string? text, int length) => text is null ? null : ShownText.Of(text, length);
    }

    /// <summary>Ends a pause.</summary>
    public Task ResumeAsync(Guid request = default) => SetStateAsync(TaskState.Active, request: request);

    /// <summary>Ends a pause whose time is over.</summary>
    public Task ResumeIfOverAsync() => Known.Entry?.ResumesAt(Clock.Now) == true ? ResumeAsync() : Task.CompletedTask;

    /// <summary>Ends the runs that no longer belong to the task. They do not start meanwhile, wherever they are.</summary>
    public void CallOff(bool hasStored)
    {
        // Not awaited: it also asks the partition, and may have to attach again for that.
        if (Runs.All.Any(IsToBeStopped))
        {
            Turns.Post(StopCalledOffAsync);
        }

        if (hasStored && _callingOff.IsCompleted)
        {
            _callingOff = Turns.UntilDoneAsync(EndStoredAsync).WaitAsync(Turns.Leaving);
        }
    }

    /// <summary>Ends runs that the partition has cancelled individually.</summary>
    public async Task EndCalledOffAsync(IReadOnlyList<Guid> runs)
    {
        await _presence.EnsureAttachedAsync();
        foreach (var id in runs)
        {
            if (Runs.TryGet(id, out var run))
            {
                run.CalledOff = true;
            }
        }

        await StopCalledOffAsync();

        // What is being cancelled now may have started too early to include these runs.
        await WaitForCallingOffAsync();
        CallOff(hasStored: true);
        await WaitForCallingOffAsync();
    }

    private async Task SetStateAsync(TaskState state, string? note = null, DateTimeOffset? until = null, string? by = null,
        bool catchUp = false, Guid request = default)
    {
        await EnsureCurrentAsync();
        if (Known.Absence is { } absence)
        {
            if (Known.Entry is null || await Link.FindRequestAsync(request) is null)
            {
                throw _presence.LeaveWith(absence);
            }
        }
        else
        {
            // Sent even if the state seems to be right already: another activation may have owned the task since this one was briefed.
            var before = Known.Entry?.Revision;
            await SetAsync(state, note, until, by, catchUp, request);
            if (Known.Entry?.Revision != before)
            {
                await Link.AttachAsync();
            }
        }
    }

    /// <summary>Attaches to the partition. Relies on a known cancellation of the task only if this activation still owns it.</summary>
    private async Task EnsureCurrentAsync()
    {
        await _presence.EnsureAttachedAsync();
        if (Known.Entry is { State: TaskState.Cancelled })
        {
            await Link.ConfirmOwnerAsync();
        }
    }

    private async Task SetAsync(TaskState state, string? note = null, DateTimeOffset? until = null, string? by = null, bool catchUp = false,
        Guid request = default)
    {
        var answers = Link.Answers;
        var entry = await Turns.UnlessLeaving(
            Link.CallAsync((p, epoch) => p.SetStateAsync(Known.Name, epoch, state, note, until, by, catchUp, request)));
        if (Link.Answers == answers)
        {
            Known.Learn(entry);
        }
        else
        {
            // It is unknown which of the two the partition said last.
            await Link.AttachAsync();
        }
    }

    private async Task CallOffAllAsync()
    {
        // Includes the runs that were already asked: none may start once this is acknowledged, and the answer of that silo may still be on
        // its way.
        await _stops.StopAllAsync(Runs.All.Where(IsCalledOff), RunStatus.Cancelled);
        CallOff(hasStored: true);
        await WaitForCallingOffAsync();
    }

    private async Task WaitForCallingOffAsync() =>
        await _callingOff.WaitAsync(CallOffPatience, Silo.Pauses)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private Task StopCalledOffAsync() => _stops.StopAllAsync(Runs.All.Where(IsToBeStopped), RunStatus.Cancelled);

    private bool IsToBeStopped(ActiveRun run) => IsCalledOff(run) && !run.CancelRequested;

    private bool IsCalledOff(ActiveRun run) => !Known.Admits(run) && run.RunId.Value != _spared;

    /// <summary>Ends cancelled stored runs page by page. Only one page of the partition is in memory at a time.</summary>
    private async Task EndStoredAsync()
    {
        // A lost answer may have handed some over.
        await Link.CallAsync((p, epoch) => p.TakeRunsAsync(Known.Name, epoch, Guid.Empty));
        while (!Turns.IsLeaving)
        {
            using (var gone = Runs.WatchEnds())
            {
                if (await Link.CallAsync((p, epoch) => p.TakeRunsAsync(Known.Name, epoch, null)) is not { Count: > 0 } stored)
                {
                    return;
                }

                _stored.AcceptAll(stored, gone);
            }

            await _pipeline.Recording;
        }
    }
}
