namespace OrleansTasks;

/// <content>What a partition does of itself: when the cluster comes up, when silos come and go, and once a minute.</content>
internal sealed partial class SchedulerGrain
{
    private const int ForgetAtOnce = 64;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);
    private Task _forgetting = Task.CompletedTask;
    private Task _resuming = Task.CompletedTask;

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

    private Task SweepAsync()
    {
        if (_closing)
        {
            return Task.CompletedTask;
        }

        _state.Sweep(Now, _options.Limits.CancelledTaskRetention);
        if (_forgetting.IsCompleted)
        {
            _forgetting = ForgetRemainsAsync();
        }

        if (_resuming.IsCompleted)
        {
            _resuming = LookAfterBatchesAsync();
        }

        // A silo may have been declared dead after the news of it were looked at and before a grain on it attached.
        return OnClusterChangedAsync();
    }

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
}
