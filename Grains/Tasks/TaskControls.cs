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

    // The run that cancelled its own task, which goes on.
    private Guid _spared;
    private Task _callingOff = Task.CompletedTask;

    public TaskControls(TaskContext context, StoredRuns stored, OutcomePipeline pipeline, TaskAccounts accounts, OccurrenceFlow occurrences, RunStops stops, TaskPresence presence)
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

        // A run is asked to stop also while storage does not answer; nobody is told before it is stored that it was called off.
        var storing = StoreCallOffAsync(active);
        await Task.WhenAll(storing, _stops.StopAsync(active, timedOut ? RunStatus.TimedOut : RunStatus.Cancelled));

        if (request != Guid.Empty)
        {
            await Link.CallAsync((p, _) => p.RememberAsync(request, true));
        }

        return true;
    }

    /// <summary>Has it stored that a run is called off: if its silo, or this one, is lost before its end is stored, it is not made once more.</summary>
    private async Task StoreCallOffAsync(ActiveRun run)
    {
        run.CalledOff = true;
        if (run is { Trigger: RunTrigger.Schedule, Guarantee: RunGuarantee.AtLeastOnce } and ({ Stored: false } or { Adopted: true }))
        {
            // Of an occurrence that may be repeated nothing is stored while it is on time, and whoever takes over makes it. From here on it has an end that is stored, after this.
            run.Stored = true;
            var storing = Turns.UntilDoneAsync(() => Link.CallAsync((p, epoch) => p.ParkRunAsync(epoch, RunForms.ToStored(run))));
            run.Parked = AfterAsync(run.Parked, storing);
            await storing;
        }
        else if (!run.Stored || (run is { Adopted: true, Trigger: RunTrigger.Request or RunTrigger.Schedule } && !await Link.HasAsync(run.RunId)))
        {
            // Somebody waits for it, and asks again; or it may not be repeated.
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
    /// <param name="spared">The run that does so, which goes on; empty if it is none.</param>
    /// <param name="request">The request's id; empty if it has none.</param>
    public async Task<bool> CancelAsync(Guid spared, Guid request)
    {
        await EnsureCurrentAsync();
        if (Known.Entry is null or { State: TaskState.Cancelled })
        {
            if (await Link.FindRequestAsync(request) is { } answer)
            {
                // Whoever was to cancel the runs may have been lost meanwhile, or not be done yet.
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
            // This request did cancel it, and somebody has removed it or registered it anew since then.
            return true;
        }

        // From here on nothing of it starts. The rest tells those who wait, and is not waited for very long: it may be a million runs.
        _spared = spared;
        _accounts.PlanSchedule();
        _occurrences.Stop();
        await CallOffAllAsync();
        return true;
    }

    /// <summary>Pauses the task.</summary>
    /// <returns>False if the request was acted upon before.</returns>
    public async Task PauseAsync(string? note, DateTimeOffset? until, string? by, PausedOccurrences occurrences, Guid request)
    {
        if (!Enum.IsDefined(occurrences))
        {
            throw new InvalidTaskException(Known.Name, [$"Occurrences is {(int)occurrences}, which is not a valid PausedOccurrences."]);
        }

        if (until <= Clock.Now)
        {
            if (await Link.FindRequestAsync(request) is null)
            {
                throw new InvalidTaskException(Known.Name, [$"The pause ends at {until:O}, which has passed."]);
            }

            return;
        }

        await SetStateAsync(TaskState.Paused, Clean(note, Silo.Options.Limits.MaxNoteLength), until?.ToUniversalTime(), Clean(by, 200), occurrences == PausedOccurrences.CatchUp, request);

        static string? Clean(string? text, int length) => text is null ? null : ShownText.Of(text, length);
    }

    /// <summary>Ends a pause.</summary>
    public Task ResumeAsync(Guid request = default) => SetStateAsync(TaskState.Active, request: request);

    /// <summary>Ends a pause that is over by now.</summary>
    public Task ResumeIfOverAsync() => Known.Entry?.ResumesAt(Clock.Now) == true ? ResumeAsync() : Task.CompletedTask;

    /// <summary>Ends the runs that do not belong to the task any more. They do not start meanwhile, wherever they are.</summary>
    public void CallOff(bool hasStored)
    {
        // Not waited for: it asks the partition too, and may have to attach again for that.
        if (Runs.All.Any(IsToBeStopped))
        {
            Turns.Post(StopCalledOffAsync);
        }

        if (hasStored && _callingOff.IsCompleted)
        {
            _callingOff = Turns.UntilDoneAsync(EndStoredAsync).WaitAsync(Turns.Leaving);
        }
    }

    /// <summary>Ends runs that the partition has called off by themselves.</summary>
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

        // Those that are called off now may have come too late for what is under way.
        await WaitForCallingOffAsync();
        CallOff(hasStored: true);
        await WaitForCallingOffAsync();
    }

    private async Task SetStateAsync(TaskState state, string? note = null, DateTimeOffset? until = null, string? by = null, bool catchUp = false, Guid request = default)
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
            // Also where it seems to be so already: another activation may have been the owner since this one was told.
            var before = Known.Entry?.Revision;
            await SetAsync(state, note, until, by, catchUp, request);
            if (Known.Entry?.Revision != before)
            {
                await Link.AttachAsync();
            }
        }
    }

    /// <summary>Attaches to the partition, and relies on what is known here of the task's end only if this is still its owner.</summary>
    private async Task EnsureCurrentAsync()
    {
        await _presence.EnsureAttachedAsync();
        if (Known.Entry is { State: TaskState.Cancelled })
        {
            await Link.ConfirmOwnerAsync();
        }
    }

    private async Task SetAsync(TaskState state, string? note = null, DateTimeOffset? until = null, string? by = null, bool catchUp = false, Guid request = default)
    {
        var answers = Link.Answers;
        var entry = await Turns.UnlessLeaving(Link.CallAsync((p, epoch) => p.SetStateAsync(Known.Name, epoch, state, note, until, by, catchUp, request)));
        if (Link.Answers == answers)
        {
            Known.Learn(entry);
        }
        else
        {
            // Which of the two the partition has said last is not known.
            await Link.AttachAsync();
        }
    }

    private async Task CallOffAllAsync()
    {
        // Also those that were asked already: none may begin once this is acknowledged, and the answer of that silo may still be on its way.
        await _stops.StopAllAsync(Runs.All.Where(IsCalledOff), RunStatus.Cancelled);
        CallOff(hasStored: true);
        await WaitForCallingOffAsync();
    }

    private async Task WaitForCallingOffAsync() =>
        await _callingOff.WaitAsync(CallOffPatience, Silo.Pauses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private Task StopCalledOffAsync() => _stops.StopAllAsync(Runs.All.Where(IsToBeStopped), RunStatus.Cancelled);

    private bool IsToBeStopped(ActiveRun run) => IsCalledOff(run) && !run.CancelRequested;

    private bool IsCalledOff(ActiveRun run) => !Known.Admits(run) && run.RunId.Value != _spared;

    /// <summary>Ends stored runs that were called off, page by page: as many are in memory at a time as the partition gives.</summary>
    private async Task EndStoredAsync()
    {
        // An answer that got lost may have handed some over.
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
