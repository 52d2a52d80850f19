using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>What a partition does of itself: when the cluster comes up, when silos come and go, and once a minute.</content>
internal sealed partial class SchedulerGrain
{
    private const int ForgetAtOnce = 64;
    private const int SweepAtOnce = 5_000;
    private const string HeaderName = "header";
    private const int ItemsNamed = 20;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan QuietCheckPeriod = TimeSpan.FromSeconds(30);
    private Task _forgetting = Task.CompletedTask;
    private Task _resuming = Task.CompletedTask;
    private long _saidAhead;

    /// <summary>Finds out whether the cluster has come up from nothing, and starts what starts with it.</summary>
    private bool BeginIncarnation()
    {
        var alive = _cluster.Alive.Select(s => s.ToString()).Order(StringComparer.Ordinal).ToList();
        var fromNothing = _state.Header is null || !_state.Header.Silos.Intersect(alive).Any();
        var header = _state.Header ?? new PartitionHeader { Id = Guid.NewGuid(), Partitions = _options.Partitions, LedgerFloor = DateTimeOffset.MinValue };
        var starts = fromNothing && _options.AutoStart && !header.Started;
        _state.SetHeader(header with { Silos = alive, LedgerFloor = header.LedgerFloor ?? Now, Started = fromNothing ? _options.AutoStart : header.Started, StartedAt = starts ? Now : header.StartedAt });
        if (fromNothing)
        {
            foreach (var entry in _state.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>().Where(e => e.EachClusterStart && e.State != TaskState.Cancelled).ToList())
            {
                _state.SetTask(entry with { Anchor = Now, OnceDone = false, State = TaskState.Active });
            }
        }

        return fromNothing;
    }

    /// <summary>A partition that has items has a header. Without it, it is damaged, and not new.</summary>
    private async Task CheckHeaderAsync(PartitionLogOptions options, int items)
    {
        if (_state.Header is not null || options.Accepts($"p{Partition}", HeaderName) || options.Accepts($"p{Partition}", ManifestWriter.Slot))
        {
            return;
        }

        if (items > 0 || await _registry.HasAsync(Partition))
        {
            throw new PartitionStorageException(
                $"The header of partition 'p{Partition}' is missing, and the partition existed{(items > 0 ? $": it has {items} other items" : "")}. Restore all records of the partition from one backup; "
                + $"or add 'p{Partition}/{HeaderName}' to TasksOptions.AcceptedLosses, to go on with what there is.")
            { IsPermanent = true };
        }
    }

    /// <summary>Looks now and then whether storage still has what it acknowledged.</summary>
    private async Task WatchStorageAsync()
    {
        var pause = _options.StorageCheckPeriod;
        while (!IsLost)
        {
            var before = _journal.Commits;
            await Task.Delay(pause, _pauses);
            if (IsLost)
            {
                return;
            }

            var goesOn = await _journal.VerifyAsync() || _journal.Commits != before;
            var longest = QuietCheckPeriod > _options.StorageCheckPeriod ? QuietCheckPeriod : _options.StorageCheckPeriod;
            pause = goesOn ? _options.StorageCheckPeriod : pause * 2 < longest ? pause * 2 : longest;
        }
    }

    private void TellOfItemsSetAside()
    {
        foreach (var item in _state.SetAside.Take(ItemsNamed))
        {
            LogSetAside(_log, item.Key, Partition, item.Reason);
            Tell(TaskEventKind.StoredItemSetAside, $"Item '{item.Key}' of partition p{Partition} cannot be read and is left out: {item.Reason}", item.Task);
        }

        if (_state.SetAside.Count > ItemsNamed)
        {
            LogSetAside(_log, $"and {_state.SetAside.Count - ItemsNamed} more", Partition, "see the ones before");
        }
    }

    private void Tell(TaskEventKind kind, string note, string task = "") =>
        _events.Publish(new TaskEvent { Task = task, Kind = kind, At = Now, Note = note, Silo = _cluster.Local.ToString() });

    private async Task OnClusterChangedAsync()
    {
        var alive = _cluster.Alive.Select(s => s.ToString()).Order(StringComparer.Ordinal).ToList();
        if (!alive.SequenceEqual(_state.Header!.Silos))
        {
            _state.SetHeader(_state.Header with { Silos = alive });
        }

        // One whose silo leaves in good order says so itself.
        var orphaned = _state.Slots.Where(s => s.Value is { Owner: TaskSlot.Ownership.Attached, Last.Silo: { } silo } && _cluster.IsGone(silo)).ToList();
        foreach (var (_, slot) in orphaned)
        {
            slot.Owner = TaskSlot.Ownership.Unknown;
            _waker.Free(slot);
        }

        await CommitAsync();
        _waker.WakeUntilAwake(orphaned.Where(s => s.Value.Runs is { Count: > 0 } || s.Value.Entry is { Fires: true }).Select(s => s.Key));
    }

    /// <summary>Called, on any thread, when the clock of this silo was put forward or back.</summary>
    internal void OnClockStepped(TimeSpan step) => Post(async () =>
    {
        if (!IsLost)
        {
            await TakeClockStepAsync(step);
        }
    });

    private async Task TakeClockStepAsync(TimeSpan step)
    {
        if (step.Duration() <= ClockWatch.Smallest * 2)
        {
            _waker.ArmAnew();
            return;
        }

        IReadOnlyList<string> restored = step > TimeSpan.Zero ? _setAside.Restore(Now) : [];
        var healed = _setAside.HealAll(Now);
        if (restored.Count + healed.Count > 0 || step < -_options.ClockTolerance)
        {
            _waker.ScheduleAll();
        }
        else
        {
            _waker.ArmAnew();
        }

        await CommitAsync();
        TellHealed(healed);

        // Owners on other silos go by this clock, where it differs much from their own.
        _waker.WakeChanged(_state.Slots.Where(s => s.Value.Owner != TaskSlot.Ownership.None).Select(s => s.Key));
    }

    private void HealOne(string task, TaskSlot slot)
    {
        if (_setAside.Heal(task, slot, Now))
        {
            _waker.Free(slot);
            TellHealed([task]);
        }
    }

    /// <summary>An instant that a task's owner has passed; null if it lies ahead of this clock, and so is not noted: the clock of one of the two is wrong.</summary>
    private DateTimeOffset? Sane(string task, DateTimeOffset? passed)
    {
        if (!StoredInstants.IsAhead(passed, Now, _options.ClockTolerance))
        {
            return passed;
        }

        if (_pauses.GetElapsedTime(_saidAhead) >= SweepPeriod || _saidAhead == 0)
        {
            _saidAhead = _pauses.GetTimestamp();
            LogOthersAhead(_log, task, passed!.Value, Now, _state.Slots.GetValueOrDefault(task)?.Last?.Silo.ToString() ?? "its silo", _cluster.Local.ToString());
        }

        return null;
    }

    private void TellHealed(IReadOnlyList<string> tasks)
    {
        if (_setAside.Furthest is not { } furthest)
        {
            return;
        }

        var ahead = furthest - Now;
        LogHealed(_log, Partition, furthest, ahead, tasks.Count, string.Join(", ", tasks.Take(10)));
        foreach (var task in tasks.Where(_ => _events.IsWanted()))
        {
            _events.Publish(new TaskEvent { Task = task, Kind = TaskEventKind.ClockCorrected, At = Now, Until = furthest, Note = $"Stored instants lay up to {ahead} ahead of the clock and were set to now." });
        }
    }

    private async Task SweepAsync()
    {
        if (_closing)
        {
            return;
        }

        _state.Requests.Sweep(Now);
        while (_state.Sweep(Now, _options.Limits.CancelledTaskRetention, SweepAtOnce) && !IsLost)
        {
            await CommitAsync();
        }

        if (_forgetting.IsCompleted)
        {
            _forgetting = ForgetRemainsAsync();
        }

        if (_resuming.IsCompleted)
        {
            _resuming = LookAfterBatchesAsync();
        }

        EndCalledOff();
        _waker.ForgetVoid();

        // A silo may have been declared dead after the news of it were looked at and before a grain on it attached.
        await OnClusterChangedAsync();
    }

    /// <summary>
    /// Has runs ended that were called off, whenever they are due: they do not start in any case, but people see them and wait for them.
    /// </summary>
    private void EndCalledOff() => _waker.WakeOnceAsync([.. _state.Slots.Where(s => s.Value.Runs is { HasCalledOff: true }).Select(s => s.Key)]).Ignore();

    /// <summary>Has the histories of tasks removed that are no more; what cannot be now is tried again at the next sweep.</summary>
    private async Task ForgetRemainsAsync()
    {
        foreach (var chunk in _state.Remains.ToList().Chunk(ForgetAtOnce))
        {
            if (IsLost)
            {
                return;
            }

            await Task.WhenAll(chunk.Select(task => GrainFactory.Refer<ITaskEngine>(task).ForgetAsync().WaitAsync(SweepPeriod, _pauses)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    [LoggerMessage(204, LogLevel.Warning, "Partition {Partition}: stored instants lie ahead of the clock, the furthest ({Furthest:O}) by {Ahead}: the clock is wrong, or was. They are set to now, so that the tasks go on; {Count} tasks, such as {Tasks}.")]
    private static partial void LogHealed(ILogger logger, int partition, DateTimeOffset furthest, TimeSpan ahead, int count, string tasks);

    [LoggerMessage(205, LogLevel.Warning, "{Task} reports occurrences up to {Instant:O}, and here it is {Now:O}: the clock of {Silo} or of {Here} is wrong. Tasks fire at the time of their partition until the clocks agree.")]
    private static partial void LogOthersAhead(ILogger logger, string task, DateTimeOffset instant, DateTimeOffset now, string silo, string here);

    [LoggerMessage(208, LogLevel.Error, "Item '{Key}' of partition {Partition} cannot be read. It stays in storage and is left out: {Reason}")]
    private static partial void LogSetAside(ILogger logger, string key, int partition, string reason);
}
