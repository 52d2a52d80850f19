namespace OrleansTasks;

/// <content>What task grains ask: attaching and leaving, and their stored runs.</content>
internal sealed partial class SchedulerGrain
{
    public async Task<Briefing> AttachAsync(string task, Attachment attachment)
    {
        if (_cluster.IsGone(attachment.Silo))
        {
            // A silo that stood still, or was cut off, and does not know yet that others have taken over.
            throw Moved();
        }

        var slot = _state.Slot(task);
        HealOne(task, slot);
        var isNew = !slot.IsAttachedTo(attachment.Activation);
        if (isNew)
        {
            slot.HasOrphans |= slot.Owner != TaskSlot.Ownership.None;
            TakeBack(slot);
            var wasGiven = slot.Given is not null;
            (slot.Owner, slot.Last) = (TaskSlot.Ownership.Attached, new TaskSlot.Attached(attachment.Activation, attachment.Silo, ++_epochs));
            if (wasGiven || slot.HeapDue is null)
            {
                _waker.Free(slot);
            }
        }
        else if (slot.Last!.Briefing != attachment.Briefing)
        {
            // What was handed out since then may not have arrived.
            TakeBack(slot);
            _waker.GiveAgain(slot);
        }
        else
        {
            slot.HasOrphans = false;
            if (Sane(task, attachment.LetGo) is { } instant && (slot.Awake || slot.HeapDue < instant.UtcTicks))
            {
                _waker.ScheduleAfter(slot, instant);
            }
        }

        var owner = slot.Last!;
        owner.Briefing++;
        var given = Started ? _waker.Give(slot) : null;

        // What is handed to a silo that stops does not begin there, and is lost with nothing.
        var runs = attachment.IsStopping ? TakeDueRuns(slot) : Mark(slot, TakeDueRuns(slot));
        var briefing = new Briefing
        {
            Number = owner.Briefing,
            Now = Now,
            Entry = slot.Entry,
            Calendars = slot.Entry is { Calendars.Revision: > 0 } entry ? entry.Calendars : null,
            Started = Started,
            Epoch = owner.Epoch,
            Sequence = _state.LastSequence(slot),
            Registry = _state.Header!.Id,
            Given = given,
            StartedAt = _state.Header.StartedAt,
            StoppedAt = _state.Header.StoppedAt,
            LedgerFloor = _state.Header.LedgerFloor!.Value,
            StoredOccurrences = isNew ? StoredOccurrences(slot) : [],
            Awake = slot.Awake,
            Settled = slot.Position.Settled,
            Claimed = slot.Position.Claimed,
            MayHaveOrphans = slot.HasOrphans,
            Runs = runs,
            HasCalledOff = slot.Runs is { HasCalledOff: true },
            HasMore = Started && slot.Runs?.HasDue(Now + WakePlan.AwakeWithin) == true,
        };
        await CommitAsync();
        return briefing;
    }

    private List<DateTimeOffset> StoredOccurrences(TaskSlot slot) =>
        [.. (slot.Runs?.Keys.Select(id => _state.Runs[id]).Where(r => r.Trigger == RunTrigger.Schedule).Select(r => r.Occurrence ?? r.DueAt).Take(BriefingLimit) ?? [])];

    public Task DetachAsync(string task, Departure departure)
    {
        var slot = _state.Slot(task);
        if (slot.Owner == TaskSlot.Ownership.Unknown)
        {
            return TakeLateDepartureAsync(task, slot, departure);
        }

        if (!slot.IsAttachedTo(departure.Activation))
        {
            throw new StaleTaskException(task);
        }

        if (departure.Briefed)
        {
            slot.HasOrphans = departure.HasOrphans;
            _state.SetPosition(task, slot.Position.Settle(Sane(task, departure.Settled)).Unclaim(departure.Unclaimed, departure.Activation) with { Sequence = departure.Sequence });
            foreach (var (id, attempts) in departure.Attempts)
            {
                _state.SetAttempts(id, attempts);
            }

            foreach (var run in departure.Runs)
            {
                Take(run);
            }

            if (departure.Forgotten)
            {
                _state.Forget(task);
            }

            _waker.Free(slot);
        }
        else
        {
            _waker.GiveAgain(slot);
        }

        TakeBack(slot);
        slot.Leave();
        foreach (var run in slot.Runs?.Keys.Select(id => _state.Runs[id]).Where(r => r.DueAt <= Now + WakePlan.AwakeWithin) ?? [])
        {
            _waker.ScheduleRun(run);
        }

        return CommitAsync();
    }

    public Task LeaveRunsAsync(string task, Guid activation, IReadOnlyList<StoredRun> runs)
    {
        var slot = _state.Slot(task);
        if (slot.Owner != TaskSlot.Ownership.Unknown && !slot.IsAttachedTo(activation))
        {
            throw new StaleTaskException(task);
        }

        foreach (var run in runs.Where(r => slot.Owner != TaskSlot.Ownership.Unknown || !_state.Runs.ContainsKey(r.RunId.Value)))
        {
            Take(run);
            _waker.ScheduleRun(_state.Runs[run.RunId.Value]);
        }

        return CommitAsync();
    }

    /// <summary>
    /// Takes what an activation leaves that was attached before this partition was loaded. Another one may have been since then, and is not known
    /// here: only what holds in any case is taken.
    /// </summary>
    private Task TakeLateDepartureAsync(string task, TaskSlot slot, Departure departure)
    {
        if (!departure.Briefed)
        {
            return CommitAsync();
        }

        _state.SetPosition(task, slot.Position.Settle(Sane(task, departure.Settled)).Unclaim(departure.Unclaimed, departure.Activation));
        foreach (var (id, attempts) in departure.Attempts.Where(a => _state.Runs.TryGetValue(a.Key, out var run) && run.Marker == departure.Activation))
        {
            _state.SetAttempts(id, attempts);
        }

        foreach (var run in departure.Runs.Where(r => !_state.Runs.ContainsKey(r.RunId.Value)))
        {
            _state.SetRun(run);
            _waker.ScheduleRun(run);
        }

        _waker.Free(slot);
        return CommitAsync();
    }

    public async Task<TaskEntry> SetStateAsync(
        string task, long epoch, TaskState state, string? note, DateTimeOffset? until = null, string? by = null, bool catchUp = false, Guid request = default)
    {
        var slot = Owned(task, epoch);
        var entry = slot.Entry ?? throw new TaskNotFoundException(task);
        if (_state.Requests.Find(request) is not null)
        {
            // It was done before, and the answer was lost. What others did since then stays.
            await CommitAsync();
            return slot.Entry ?? entry;
        }

        if (entry.State == TaskState.Cancelled)
        {
            // Calls may overtake each other: nothing but a registration revives a task.
            await CommitAsync();
            return state == TaskState.Cancelled ? entry : throw new TaskCancelledException(task);
        }

        by ??= TaskActor.Current;
        var pausedAt = entry.StateAt(Now) == TaskState.Paused ? entry.PausedAt : Now;
        entry = entry.To(state, Now) with { Revision = entry.Revision + 1, Changes = state == TaskState.Active ? entry.Changes : entry.ChangesAt(Now) };
        if (state == TaskState.Paused)
        {
            entry = entry with { PauseNote = note, PausedUntil = until, PausedBy = by, PausedAt = pausedAt, PauseCatchesUp = catchUp };
        }

        if (state == TaskState.Cancelled)
        {
            entry = entry with { Generation = _state.NewGeneration() };
        }

        var kind = state switch { TaskState.Paused => TaskEventKind.TaskPaused, TaskState.Cancelled => TaskEventKind.TaskCancelled, _ => TaskEventKind.TaskResumed };
        entry = entry.With(new TaskChange { At = Now, Kind = kind, By = by, Note = note });
        Put(entry, entry.UpdatedAt);
        _state.Requests.Add(request, true, Now);
        await CommitAsync();
        Tell(entry, kind);
        return entry;
    }

    public async Task<bool?> FindRequestAsync(Guid request)
    {
        // What is known here may not be stored yet.
        var answer = _state.Runs.ContainsKey(request) ? false : _state.Requests.Find(request);
        await CommitAsync();
        return answer;
    }

    public Task RememberAsync(Guid request, bool answer)
    {
        _state.Requests.Add(request, answer, Now);
        return CommitAsync();
    }

    public async Task<IReadOnlyList<RunId>> CallOffRunsAsync(IReadOnlyList<Guid> runs)
    {
        var stored = runs.Where(_state.Runs.ContainsKey).Select(id => _state.Runs[id]).ToList();
        foreach (var run in stored.Where(r => r is { Result: null, CalledOff: false }))
        {
            _state.SetRun(run with { CalledOff = true });
        }

        // Nothing is stored under the ids of the others any more, not by a request either that is still on its way.
        _state.Requests.Add([.. runs.Where(id => !_state.Runs.ContainsKey(id))], Now);
        await CommitAsync();
        return [.. stored.Select(r => r.RunId)];
    }

    public Task CaughtUpAsync(string task, long epoch, DateTimeOffset from)
    {
        if (Owned(task, epoch).Entry is { } entry && entry.CatchUpFrom == from)
        {
            _state.SetTask(entry with { CatchUpFrom = null });
        }

        return CommitAsync();
    }

    public async Task<StoredRun> AddRunAsync(long epoch, StoredRun run)
    {
        var slot = Owned(run.RunId.Task, epoch);
        if (KnownRuns.Find(_state, run, Now) is { } known)
        {
            await CommitAsync();
            return known;
        }

        if (run.Result is null)
        {
            Admission.Ensure(run.RunId.Task, slot.Entry, run.Generation);
        }

        if (run.Result is null && _state.PendingRuns >= _options.Limits.MaxPendingRunsPerPartition)
        {
            throw new TasksOverloadedException(
                run.RunId.Task, $"Partition {Partition} holds {_state.PendingRuns} runs that have not ended, which is its limit.", TimeSpan.FromSeconds(5));
        }

        if (run.Result is null && _state.PendingArguments + (run.Arguments?.Size ?? 0) > _options.Limits.MaxPendingArgumentsSize)
        {
            throw new TasksOverloadedException(
                run.RunId.Task, $"The arguments of the runs in partition {Partition} that have not ended have {_state.PendingArguments} bytes; {_options.Limits.MaxPendingArgumentsSize} are the limit.", TimeSpan.FromSeconds(5));
        }

        _journal.EnsureRoom(2, run.Arguments?.Size ?? 0);
        var work = run.Asked?.Work;
        run = run.Asked is null ? run : run with { Asked = null };
        if (run.DueAt <= Now && LossMarks.IsFresh(run, OptionsOf(slot)))
        {
            // In the write that accepts it: it begins at once, or waits for a place.
            run = LossMarks.Mark(run, slot.Last!.Activation);
        }

        _state.SetRun(run);
        slot.Runs![run.RunId.Value] = run.Result is not null || run.DueAt <= Now;
        if (run.IdempotencyKey is { } newKey)
        {
            _state.SetKey(run.RunId.Task, newKey, new IdempotencyEntry(run.RunId.Value, run.KeyExpiresAt, run.KeyExpiresAt - Now, work));
        }

        if (run.Result is null)
        {
            _waker.ScheduleRun(run);
        }

        await CommitAsync();
        return run;
    }

    public Task ParkRunAsync(long epoch, StoredRun run)
    {
        var slot = Owned(run.RunId.Task, epoch);
        Take(run);
        slot.Runs![run.RunId.Value] = true;
        return CommitAsync();
    }

    public async Task<bool> MarkStartedAsync(RunId run, long epoch, int attempt)
    {
        var marker = Owned(run.Task, epoch).Last!.Activation;
        var granted = _state.Runs.TryGetValue(run.Value, out var stored) && stored.Result is null && Admission.Admits(_state.Slot(run.Task).Entry, stored)
            && (stored.Attempts < attempt || (stored.Attempts == attempt && stored.Marker == marker));
        if (granted && stored!.Attempts < attempt)
        {
            _state.SetRun(stored with { Attempts = attempt, Marker = marker });
        }

        await CommitAsync();
        return granted;
    }

    public Task FinishAsync(string task, long epoch, IReadOnlyList<TaskResult> results)
    {
        Owned(task, epoch);
        foreach (var result in results)
        {
            if (!_state.Runs.TryGetValue(result.RunId.Value, out var run) || run.Result is not null)
            {
                continue;
            }

            _state.SetRun(run with { Result = result, Arguments = null });
            if (run.IdempotencyKey is { } key && (run.KeyExpiresAt is null || result.Status == RunStatus.Cancelled))
            {
                // The key of a run that was cancelled is free at once: its work was not done, and may be asked for anew.
                TimeSpan? kept = result.Status == RunStatus.Cancelled ? null : run.KeyRetention ?? _options.Limits.IdempotencyRetention;
                _state.EndKey(task, key, run.RunId.Value, kept, Now);
            }
        }

        return CommitAsync();
    }

    public async Task<StoredRun?> FindRunAsync(RunId run)
    {
        await CommitAsync();
        return _state.Runs.TryGetValue(run.Value, out var stored) && stored.RunId == run ? stored : null;
    }

    public async Task<IReadOnlyList<StoredRun>> TakeRunsAsync(string task, long epoch, Guid? only)
    {
        var slot = Owned(task, epoch);
        await CommitAsync();
        if (only is null)
        {
            return AnswerPage.Of(CalledOff(slot), StoredRun.SizeOf, BriefingLimit);
        }

        if (slot.Runs?.TryGetValue(only.Value, out _) != true || _state.Runs[only.Value] is not { Result: null } run)
        {
            return [];
        }

        slot.Runs[only.Value] = true;
        return [run];
    }

    /// <summary>Hands runs to the owner of their task that were called off, one after the other.</summary>
    private IEnumerable<StoredRun> CalledOff(TaskSlot slot)
    {
        while (slot.Runs is { } runs && runs.TryTakeCalledOff(out var id))
        {
            yield return _state.Runs[id];
        }
    }

    public async Task<IReadOnlyList<StoredRun>> RunsOfAsync(string task, int limit)
    {
        await CommitAsync();
        var bytes = 0L;
        var runs = _state.Slots.GetValueOrDefault(task)?.Runs?.Keys.Select(id => _state.Runs[id]).Where(r => r.Result is null).OrderBy(r => r.DueAt).Take(limit) ?? [];
        return [.. runs.Select(r => (bytes += StoredRun.SizeOf(r)) < AnswerPage.MaxBytes ? r : r.WithoutArguments())];
    }

    public Task ReleaseAsync(string task, long epoch, IReadOnlyList<Guid> runs)
    {
        // What an owner stored after its successor has read the history does not count: the successor stores these results anew.
        Owned(task, epoch);
        _state.ReleaseRuns(runs, Now);
        return CommitAsync();
    }

    public Task ReserveAsync(string task, long epoch, long through)
    {
        Owned(task, epoch);
        var position = _state.Slot(task).Position;
        _state.SetPosition(task, position with { Sequence = Math.Max(through, position.Sequence) });
        return CommitAsync();
    }

    public async Task<ClaimReply[]> ClaimAsync(OccurrenceClaim[] claims)
    {
        var replies = Array.ConvertAll(claims, Claim);
        await CommitAsync();
        return replies;

        ClaimReply Claim(OccurrenceClaim claim)
        {
            var slot = _state.Slot(claim.Task);
            if (!IsOwned(slot, claim.Epoch) || Sane(claim.Task, claim.Through) is null)
            {
                // Its owner attaches anew, and learns what time it is here.
                return new ClaimReply(true, null);
            }

            var (position, others) = slot.Position.Settle(Sane(claim.Task, claim.Settled)).Claim(claim.Through, slot.Last!.Activation);
            _state.SetPosition(claim.Task, position);
            return new ClaimReply(false, others);
        }
    }

    public Task SettleAsync(string task, long epoch, DateTimeOffset through)
    {
        _state.SetPosition(task, Owned(task, epoch).Position.Settle(Sane(task, through)));
        return CommitAsync();
    }

    /// <summary>Takes a run that its owner has, or what it says of the attempts of one that is stored.</summary>
    private void Take(StoredRun run)
    {
        if (!_state.Runs.TryGetValue(run.RunId.Value, out var known))
        {
            _state.SetRun(run);
        }
        else if (known.Result is null && known.After(run) is var changed && !ReferenceEquals(changed, known))
        {
            _state.SetRun(changed);
        }
    }

    /// <summary>The slot of a task whose grain calls; older attachments are refused.</summary>
    private TaskSlot Owned(string task, long epoch)
    {
        var slot = _state.Slot(task);
        return IsOwned(slot, epoch) ? slot : throw new StaleTaskException(task);
    }

    private static bool IsOwned(TaskSlot slot, long epoch) => slot.Owner == TaskSlot.Ownership.Attached && slot.Last!.Epoch == epoch;

    private static TaskOptions OptionsOf(TaskSlot slot) => slot.Entry?.EffectiveOptions ?? TaskOptions.Default;

    /// <summary>Marks the first attempts of runs that are handed out, in the write that hands them out.</summary>
    private List<StoredRun> Mark(TaskSlot slot, List<StoredRun> handed)
    {
        for (var i = 0; i < handed.Count; i++)
        {
            if (LossMarks.IsFreshAndSmall(handed[i], OptionsOf(slot)))
            {
                handed[i] = LossMarks.Mark(handed[i], slot.Last!.Activation);
                _state.SetRun(handed[i]);
            }
        }

        return handed;
    }

    /// <summary>Has the runs that were handed to an earlier owner handed out again.</summary>
    private void TakeBack(TaskSlot slot)
    {
        // A partition that was just loaded does not know what its earlier activation handed out.
        var forgotten = slot.Owner == TaskSlot.Ownership.Unknown;
        foreach (var id in slot.Runs?.Where(r => r.Value || (forgotten && _state.Runs[r.Key].DueAt <= Now)).Select(r => r.Key).ToList() ?? [])
        {
            slot.Runs![id] = false;
        }
    }

    private List<StoredRun> TakeDueRuns(TaskSlot slot)
    {
        if (slot.Runs is not { Count: > 0 } all || !Started)
        {
            return [];
        }

        var horizon = Now + WakePlan.AwakeWithin;
        return AnswerPage.Of(Due(), StoredRun.SizeOf, BriefingLimit);

        IEnumerable<StoredRun> Due()
        {
            while (all.TryTakeDue(horizon, out var id))
            {
                yield return _state.Runs[id];
            }
        }
    }
}
