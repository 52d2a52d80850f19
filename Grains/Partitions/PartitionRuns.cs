using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Manages the stored runs of a partition's tasks: accepts, tracks, ends and forgets them. Only the present owner of a task may report
/// about its runs.
/// </summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="handed">Hands runs to the owners of tasks.</param>
/// <param name="ownership">Knows the owners of tasks.</param>
internal sealed class PartitionRuns(PartitionContext context, HandedRuns handed, TaskOwnership ownership) : PartitionPart(context)
{
    private const int TakenAtOnce = 1000;
    private const int SweptForRoom = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Stores a run.</summary>
    /// <returns>The run, or the known run in its place, and whether the task's owner has it from now on.</returns>
    public async Task<StoredRun> AddAsync(long epoch, StoredRun run)
    {
        var slot = ownership.SlotOf(run.RunId.Task, epoch);
        if (KnownRuns.Find(State, run, Now) is { } known)
        {
            known = known.RunId == run.RunId ? HandedRuns.HandAgain(slot, known) : known;
            await CommitAsync();
            return known;
        }

        if (run.Result is null)
        {
            Admission.Ensure(run.RunId.Task, slot.Entry, run.Generation);
            EnsureRoom(run);
        }

        Keeper.EnsureRoom(2, run.HeldBytes);
        var work = run.Asked?.Work;
        run = run.Asked is null ? run : run with { Asked = null };

        // The task's clock may have been wrong and corrected since, or belong to the partition's former silo. A run that starts at once is
        // due by any clock.
        run = StoredInstants.Heal(run, Now, run.Wait == TimeSpan.Zero ? TimeSpan.Zero : Silo.Options.ClockTolerance);
        if (run.DueAt <= Now && LossMarks.IsFresh(run, slot.Options))
        {
            // In the write that accepts it: it starts at once, or waits for a place.
            run = LossMarks.Mark(run, slot.Last!.Activation);
        }

        State.Runs.Set(run);
        var answer = handed.HandNew(slot, run);
        if (run.IdempotencyKey is { } newKey)
        {
            State.SetKey(run.RunId.Task, newKey, new IdempotencyEntry(run.RunId.Value, run.KeyExpiresAt, run.KeyExpiresAt - Now, work));
        }

        if (run.Result is null)
        {
            Waker.ScheduleRun(run);
        }

        await CommitAsync();
        return answer;
    }

    /// <summary>Stores the outcome of the last attempt of a run that will have another one.</summary>
    public Task ParkAsync(long epoch, StoredRun run)
    {
        var slot = ownership.SlotOf(run.RunId.Task, epoch);
        run = StoredInstants.Heal(run, Now, Silo.Options.ClockTolerance);
        var isNew = !State.Runs.ContainsKey(run.RunId.Value);
        if (State.Runs.Take(run))
        {
            handed.KeepParked(slot, State.Runs[run.RunId.Value], isNew);
        }

        return CommitAsync();
    }

    /// <summary>Stores a mark that an attempt of a run that may not be repeated starts.</summary>
    /// <returns>Whether it may start.</returns>
    public async Task<bool> MarkStartedAsync(RunId run, long epoch, int attempt)
    {
        var marker = ownership.SlotOf(run.Task, epoch).Last!.Activation;
        var granted = State.Runs.TryGetValue(run.Value, out var stored) && stored.Result is null
            && Admission.Admits(State.Slot(run.Task).Entry, stored)
            && (stored.Attempts < attempt || (stored.Attempts == attempt && stored.Marker == marker));
        if (granted && stored!.Attempts < attempt)
        {
            State.Runs.Set(stored with { Attempts = attempt, Marker = marker });
        }

        await CommitAsync();
        return granted;
    }

    /// <summary>
    /// Stores what the handler of a run has saved. A run that the partition does not have is stored with it, if it is given.
    /// </summary>
    public async Task<CheckpointReply> SaveCheckpointAsync(RunId id, long epoch, RunCheckpoint checkpoint, StoredRun? whole)
    {
        var slot = ownership.SlotOf(id.Task, epoch);
        var known = State.Runs.Find(id.Value);
        var reply = CheckpointSaves.Decide(known, checkpoint);
        if (reply == CheckpointReply.Unknown && whole is not null)
        {
            reply = State.Requests.Find(id.Value) is null && Admission.Admits(slot.Entry, whole)
                ? CheckpointReply.Stored : CheckpointReply.Refused;
        }

        if (reply == CheckpointReply.Stored && (known is null || known.Checkpoint != checkpoint))
        {
            Keeper.EnsureRoom(1, checkpoint.Size);
            var run = CheckpointSaves.Store(
                known ?? StoredInstants.Heal(whole!, Now, Silo.Options.ClockTolerance), checkpoint, slot.Last!.Activation);
            EnsureRoomForBytes(run, run.HeldBytes - (known?.HeldBytes ?? 0));
            State.Runs.Set(run);
            if (known is null)
            {
                handed.KeepParked(slot, run, isNew: true);
            }
        }

        await CommitAsync();
        return reply;
    }

    /// <summary>Stores the results of runs.</summary>
    public Task FinishAsync(string task, long epoch, IReadOnlyList<TaskResult> results)
    {
        ownership.SlotOf(task, epoch);
        foreach (var result in results)
        {
            if (!State.Runs.TryGetValue(result.RunId.Value, out var run) || run.Result is not null)
            {
                continue;
            }

            State.Runs.Set(run with { Result = result, Arguments = null, Headers = null, Checkpoint = null });
            if (run.IdempotencyKey is { } key && (run.KeyExpiresAt is null || result.Status == RunStatus.Cancelled))
            {
                // The key of a cancelled run is free at once: its work was not done and may be requested again.
                TimeSpan? kept = result.Status == RunStatus.Cancelled ? null : run.KeyRetention ?? Silo.Options.Limits.IdempotencyRetention;
                State.EndKey(task, key, run.RunId.Value, kept, Now);
            }
        }

        return CommitAsync();
    }

    /// <summary>
    /// Forgets runs whose results are in the history. Results that an owner stored after its successor had read the history do not count;
    /// the successor stores them again.
    /// </summary>
    public Task ReleaseAsync(string task, long epoch, IReadOnlyList<Guid> runs, StoredMarks marks = default)
    {
        State.SetPosition(task, ownership.SlotOf(task, epoch).PositionWith(marks));
        State.Runs.Release(runs, Now);
        return CommitAsync();
    }

    /// <summary>Cancels runs of any tasks.</summary>
    /// <returns>The runs that are stored. They may have ended.</returns>
    public async Task<IReadOnlyList<RunId>> CallOffAsync(IReadOnlyList<Guid> runs)
    {
        var stored = runs.Where(State.Runs.ContainsKey).Select(id => State.Runs[id]).ToList();
        foreach (var run in stored.Where(r => r is { Result: null, CalledOff: false }))
        {
            State.Runs.Set(run with { CalledOff = true });
        }

        // Prevents runs from being stored under the other ids, even by a request that is still on its way.
        State.Requests.Add([.. runs.Where(id => !State.Runs.ContainsKey(id))], Now);
        await CommitAsync();
        return [.. stored.Select(r => r.RunId)];
    }

    /// <summary>Returns a stored run; null if it does not exist.</summary>
    public async Task<StoredRun?> FindAsync(RunId run)
    {
        await CommitAsync();
        return State.Runs.TryGetValue(run.Value, out var stored) && stored.RunId == run ? stored : null;
    }

    /// <summary>
    /// Hands runs to the owner of their task: one run, or some of the cancelled ones. Or takes the cancelled ones back from the owner.
    /// </summary>
    public async Task<IReadOnlyList<StoredRun>> TakeAsync(string task, long epoch, Guid? only)
    {
        var slot = ownership.SlotOf(task, epoch);
        await CommitAsync();
        if (only is null)
        {
            return AnswerPage.Of(CalledOff(slot), StoredRun.SizeOf, TakenAtOnce);
        }

        if (only == Guid.Empty)
        {
            slot.Runs?.TakeBackCalledOff();
            return [];
        }

        if (slot.Runs?.TryGetValue(only.Value, out _) != true || State.Runs[only.Value] is not { Result: null } run)
        {
            return [];
        }

        slot.Runs[only.Value] = true;
        return [run];
    }

    /// <summary>Returns the runs of a task that have not ended, ordered by due time.</summary>
    public async Task<IReadOnlyList<StoredRun>> OfAsync(string task, int limit)
    {
        await CommitAsync();
        var bytes = 0L;
        var runs =
            State.Slots.GetValueOrDefault(task)?.Runs?.Keys.Select(id => State.Runs[id]).Where(r => r.Result is null).OrderBy(r => r.DueAt)
                .Take(limit) ?? [];
        return [.. runs.Select(r => (bytes += StoredRun.SizeOf(r)) < AnswerPage.MaxBytes ? r : r.WithoutArguments())];
    }

    /// <summary>Returns, for those of the given runs that stored runs retry, the last of these.</summary>
    public async Task<IReadOnlyDictionary<Guid, Guid>> RetriesOfAsync(IReadOnlyList<Guid> runs)
    {
        await CommitAsync();
        return runs.Select(r => (Run: r, Retry: State.Runs.RetryOf(r))).Where(static r => r.Retry is not null)
            .ToDictionary(static r => r.Run, static r => r.Retry!.Value);
    }

    /// <summary>Returns the answer to a request; null if the request is not known here.</summary>
    public async Task<bool?> FindRequestAsync(Guid request)
    {
        // The answer may not be stored yet.
        var answer = State.Runs.ContainsKey(request) ? false : State.Requests.Find(request);
        await CommitAsync();
        return answer;
    }

    /// <summary>Remembers a request and its answer.</summary>
    public Task RememberAsync(Guid request, bool answer)
    {
        State.Requests.Add(request, answer, Now);
        return CommitAsync();
    }

    private void EnsureRoom(StoredRun run)
    {
        if (State.Runs.Pending >= Silo.Options.Limits.MaxPendingRunsPerPartition)
        {
            throw new TasksOverloadedException(
                run.RunId.Task, $"Partition {Number} holds {State.Runs.Pending} runs that have not ended, which is its limit. Try again "
                    + "later, or raise TasksOptions.Limits.MaxPendingRunsPerPartition.", RetryAfter);
        }

        // A continuation has a key that the engine has created, for some minutes.
        if (run is { IdempotencyKey: { } key, Trigger: not RunTrigger.Continuation } && !HasRoomFor(run.RunId.Task, key))
        {
            throw new TasksOverloadedException(
                run.RunId.Task, $"Partition {Number} remembers {State.Idempotency.Count} idempotency keys, which is its limit "
                    + "(TasksOptions.Limits.MaxIdempotencyKeys). They are forgotten after IdempotencyRetention. "
                    + "Try again later, or raise the limit.", RetryAfter);
        }

        EnsureRoomForBytes(run, run.HeldBytes);
    }

    private void EnsureRoomForBytes(StoredRun run, int added)
    {
        if (State.Runs.PendingArguments + added > Silo.Options.Limits.MaxPendingArgumentsSize)
        {
            throw new TasksOverloadedException(
                run.RunId.Task, $"The arguments, headers, checkpoints and continuations of the pending runs in partition {Number} have "
                    + $"{State.Runs.PendingArguments} bytes; {Silo.Options.Limits.MaxPendingArgumentsSize} are allowed.", RetryAfter);
        }
    }

    /// <summary>
    /// Returns whether a key may be remembered: the number of keys that have not expired is below the limit, or the key is one of them.
    /// </summary>
    private bool HasRoomFor(string task, string key)
    {
        var most = Silo.Options.Limits.MaxIdempotencyKeys;
        if (State.Idempotency.Count >= most)
        {
            State.Idempotency.Sweep(Now, SweptForRoom);
        }

        return State.Idempotency.Count < most || State.Idempotency.Has(task, key);
    }

    /// <summary>Hands out cancelled runs one by one.</summary>
    private IEnumerable<StoredRun> CalledOff(TaskSlot slot)
    {
        while (slot.Runs is { } runs && runs.TryTakeCalledOff(out var id))
        {
            yield return State.Runs[id];
        }
    }
}
