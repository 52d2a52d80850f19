using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Runs of an earlier activation or of lost silos, cancelling, and keeping house.</content>
internal sealed partial class TaskGrain
{
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallOffPatience = TimeSpan.FromSeconds(10);

    // Waits for stored runs that are not due yet and so are not here.
    private readonly HashSet<ActiveRun> _outside = [];

    // The run that cancelled its own task, which goes on.
    private Guid _spared;
    private Task _callingOff = Task.CompletedTask;

    public async Task<bool> CancelRunAsync(RunId run, bool timedOut = false, Guid request = default)
    {
        await EnsureAttachedAsync();
        if (run.Task != _name)
        {
            return false;
        }

        if (!_runs.ContainsKey(run.Value) && _entry is not null)
        {
            foreach (var stored in await UnlessLeaving(OnPartitionAsync((p, epoch) => p.TakeRunsAsync(_name, epoch, run.Value))))
            {
                Accept(stored);
            }
        }

        if (!_runs.TryGetValue(run.Value, out var active) || !await CancelAsync(active, timedOut ? RunStatus.TimedOut : RunStatus.Cancelled))
        {
            return await FindRequestAsync(request) ?? false;
        }

        // After the fact: a run is asked to stop also while storage does not answer.
        if (active is { Stored: true, Adopted: false, Ending: false })
        {
            // If its silo is lost before it has stopped, it is not made once more.
            await OnPartitionAsync((p, _) => p.CallOffRunsAsync([run.Value]));
        }

        if (request != Guid.Empty)
        {
            await OnPartitionAsync((p, _) => p.RememberAsync(request, true));
        }

        return true;
    }

    public Task<bool> CancelAsync(Guid request = default) => CancelFromAsync(Guid.Empty, request);

    public Task<bool> CancelFromAsync(Guid run) => CancelFromAsync(run, Guid.Empty);

    private async Task<bool> CancelFromAsync(Guid run, Guid request)
    {
        await EnsureAttachedAsync();
        if (_entry is null or { State: TaskState.Cancelled })
        {
            if (await FindRequestAsync(request) is { } answer)
            {
                // Whoever was to cancel the runs may have been lost meanwhile.
                CallOff(hasStored: true);
                return answer;
            }

            if (_entry is not null)
            {
                return false;
            }

            DeactivateOnIdle();
            throw new TaskNotFoundException(_name);
        }

        _cancelling = true;
        try
        {
            _entry = await UnlessLeaving(OnPartitionAsync((p, epoch) => p.SetStateAsync(_name, epoch, TaskState.Cancelled, null, request: request)));
        }
        finally
        {
            _cancelling = false;
        }

        if (_entry.State != TaskState.Cancelled)
        {
            // This request did cancel it, and somebody has registered it anew since then.
            return true;
        }

        // From here on nothing of it starts. The rest tells those who wait, and is not waited for very long: it may be a million runs.
        _spared = run;
        PlanLedger(_entry);
        StopOccurrences();
        await StopCalledOffAsync();
        CallOff(hasStored: true);
        await WaitForCallingOffAsync();
        return true;
    }

    public async Task<TaskInfo> PauseAsync(
        string? note, DateTimeOffset? until = null, string? by = null, PausedOccurrences occurrences = PausedOccurrences.Skip, Guid request = default)
    {
        if (!Enum.IsDefined(occurrences))
        {
            throw new InvalidTaskException(_name, [$"Occurrences is {(int)occurrences}, which is no PausedOccurrences."]);
        }

        if (until <= Now)
        {
            return await FindRequestAsync(request) is null
                ? throw new InvalidTaskException(_name, [$"The pause is to end at {until:O}, which has passed."])
                : await DescribeAsync();
        }

        return await SetStateAsync(TaskState.Paused, Clean(note, 1000), until?.ToUniversalTime(), Clean(by, 200), occurrences == PausedOccurrences.CatchUp, request);

        static string? Clean(string? text, int length) => text is null ? null : ShownText.Of(text, length);
    }

    public Task<TaskInfo> ResumeAsync(Guid request = default) => SetStateAsync(TaskState.Active, request: request);

    /// <summary>The answer that the partition knows a request to have got; null if it knows none.</summary>
    private async Task<bool?> FindRequestAsync(Guid request) =>
        request == Guid.Empty ? null : await UnlessLeaving(_partition.FindRequestAsync(request).WaitAsync(PartitionPatience, _pauses));

    private Task ResumeIfOverAsync() => _entry?.ResumesAt(Now) == true ? ResumeAsync() : Task.CompletedTask;

    public Task ProgressAsync(Guid run, RunProgress progress)
    {
        return _runs.TryGetValue(run, out var active) ? SetProgressAsync(active, progress) : Task.CompletedTask;
    }

    private Task SetProgressAsync(ActiveRun run, RunProgress progress)
    {
        run.Progress = run.Progress is { } known && known.At > progress.At ? known : progress;
        TellProgress(run);
        return Task.CompletedTask;
    }

    private async Task<TaskInfo> SetStateAsync(TaskState state, string? note = null, DateTimeOffset? until = null, string? by = null, bool catchUp = false, Guid request = default)
    {
        await EnsureAttachedAsync();
        if (Absence() is { } absence)
        {
            return _entry is not null && await FindRequestAsync(request) is not null ? await DescribeAsync() : throw LeaveWith(absence);
        }

        if (state == TaskState.Paused || _entry!.State == TaskState.Paused)
        {
            _entry = await UnlessLeaving(OnPartitionAsync((p, epoch) => p.SetStateAsync(_name, epoch, state, note, until, by, catchUp, request)));
            await AttachAsync();
        }

        return await DescribeAsync();
    }

    private async Task<bool> CancelAsync(ActiveRun run, RunStatus cause)
    {
        if (run.Ending)
        {
            return false;
        }

        run.StopCause ??= cause;
        if (run.Local is { } local)
        {
            local.Cancel(cause);
        }
        else if (run.Silo is { } silo)
        {
            try
            {
                await _runners.On(silo).CancelAsync(run.RunId.Value, cause);
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e))
            {
                // A silo that does not answer is dying, and its runs with it; what is left is decided when it is declared dead.
                LogNotStarted(_log, run.RunId, silo, e.Message);
            }
        }
        else
        {
            End(run, Stopped(run));
        }

        return true;
    }

    /// <summary>Ends the runs that do not belong to the task any more. They do not start meanwhile, wherever they are.</summary>
    private void CallOff(bool hasStored)
    {
        // Not waited for: it asks the partition too, and may have to attach again for that.
        if (_runs.Values.Any(IsToBeStopped))
        {
            Post(StopCalledOffAsync);
        }

        if (hasStored && _callingOff.IsCompleted)
        {
            _callingOff = UntilDoneAsync(EndStoredAsync).WaitAsync(_leave.Token);
        }
    }

    public async Task EndCalledOffAsync(IReadOnlyList<Guid> runs)
    {
        await EnsureAttachedAsync();
        foreach (var id in runs)
        {
            if (_runs.TryGetValue(id, out var run))
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

    private async Task WaitForCallingOffAsync() =>
        await _callingOff.WaitAsync(CallOffPatience, _pauses).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private Task StopCalledOffAsync() => Task.WhenAll(_runs.Values.Where(IsToBeStopped).ToList().Select(r => CancelAsync(r, RunStatus.Cancelled)));

    private bool IsToBeStopped(ActiveRun run) => !IsAdmitted(run) && !run.CancelRequested && run.RunId.Value != _spared;

    /// <summary>Ends stored runs that were called off, page by page: as many are in memory at a time as the partition gives.</summary>
    private async Task EndStoredAsync()
    {
        while (!_leaving && await OnPartitionAsync((p, epoch) => p.TakeRunsAsync(_name, epoch, null)) is { Count: > 0 } stored)
        {
            foreach (var run in stored)
            {
                Accept(run);
            }

            await _recording;
        }
    }

    private void ListenToCluster() => _listening ??= _cluster.Listen(() => Post(OnClusterChangedAsync));

    private Task OnClusterChangedAsync()
    {
        GiveUpLostRuns();
        StartWaiting();
        return Task.CompletedTask;
    }

    private void GiveUpLostRuns()
    {
        foreach (var run in _runs.Values.Where(r => r is { Silo: { } silo, Local: null, Ending: false } && _cluster.IsGone(silo)).ToList())
        {
            if (run.Guarantee == RunGuarantee.AtLeastOnce)
            {
                LoseAttempt(run);
            }
            else
            {
                End(run, Lost(run));
            }
        }
    }

    /// <summary>Asks every silo for runs of this task that an earlier activation ordered.</summary>
    private async Task AdoptOrphansAsync()
    {
        var found = await Task.WhenAll(_cluster.Alive.Select(HoldingAsync));
        if (_leaving)
        {
            // Perhaps not all of them answered.
            throw Moved();
        }

        _hasOrphans = false;
        foreach (var (silo, held) in found.SelectMany(f => f.Held.Select(h => (f.Silo, h))))
        {
            // It may have ended here since that silo was asked.
            if (!_runs.ContainsKey(held.Order.RunId.Value) && _history.Find(held.Order.RunId.Value) is null)
            {
                LogAdopted(_log, held.Order.RunId, silo);
                Adopt(held, silo);
                ListenToCluster();
                KeepHouse();
            }
        }
    }

    private async Task<(SiloAddress Silo, IReadOnlyList<HeldRun> Held)> HoldingAsync(SiloAddress silo)
    {
        // As long as the silo is not lost, its runs are not either.
        while (!_cluster.IsGone(silo) && !_leaving)
        {
            try
            {
                var runner = _runners.On(silo);
                var page = await runner.HoldingAsync(_name).WaitAsync(AskPatience, _pauses);
                var held = page.ToList();
                while (AnswerPage.MayGoOn(page, HeldRun.SizeOf))
                {
                    page = await runner.HoldingAfterAsync(_name, page[^1].Order.RunId.Value).WaitAsync(AskPatience, _pauses);
                    held.AddRange(page);
                }

                return (silo, held);
            }
            catch (Exception e)
            {
                LogNotAsked(_log, silo, _name, e.Message);
                await Task.Delay(RetryPeriod, _pauses);
            }
        }

        return (silo, []);
    }

    private ActiveRun Adopt(HeldRun held, SiloAddress? silo)
    {
        var order = held.Order;
        if (order.Trigger == RunTrigger.Schedule)
        {
            _book.Open(order.RunId.Value, order.ScheduledAt);
        }

        var run = RunForms.ToActive(held, silo);
        _places.Adopt(run.RunId.Value);
        return _runs[order.RunId.Value] = run;
    }

    /// <summary>What became of a run whose caller lost the answer; null if it may be started.</summary>
    private async Task<TaskResult?> FindEndedAsync(RunRequest request, RunGuarantee guarantee)
    {
        if (await FindResultAsync(request.Id) is { } result)
        {
            return result;
        }

        await AdoptOrphansAsync();
        if (!_runs.TryGetValue(request.Id, out var run))
        {
            if (guarantee == RunGuarantee.AtLeastOnce)
            {
                return null;
            }

            run = new ActiveRun { Facts = RunFactory.Unknown(_entry, new RunId(_name, request.Id), Now), Attempt = 1 };
            _runs[request.Id] = run;
            var wait = WaitForAsync(run);
            End(run, Lost(run));
            return await wait;
        }

        return await WaitForAsync(run);
    }

    /// <summary>Looks after waiting callers and waiting runs for as long as there are any, and keeps the grain active meanwhile.</summary>
    private void KeepHouse()
    {
        if (!_leaving)
        {
            _housekeeping ??= this.RegisterGrainTimer(
                static (grain, _) => grain.KeepHouseAsync(), this, new GrainTimerCreationOptions(RetryPeriod, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        }
    }

    private Task KeepHouseAsync()
    {
        try
        {
            LookAfterAll();
        }
        finally
        {
            if (_runs.Count == 0 && _outside.Count == 0 && !_history.IsDirty && !_ledger.MustWrite && !_flushFailed && !_inDoubt)
            {
                _housekeeping?.Dispose();
                _housekeeping = null;
            }
            else
            {
                _housekeeping?.Change(_waiting.Count > 0 ? RetryPeriod : HousekeepingPeriod, Timeout.InfiniteTimeSpan);
            }
        }

        return Task.CompletedTask;
    }

    private void LookAfterAll()
    {
        var patience = (long)(CallerPatience.TotalSeconds * _time.TimestampFrequency);
        var before = _time.GetTimestamp() - patience;
        foreach (var run in _runs.Values.Concat(_outside).ToList())
        {
            run.ReleaseWaiters(before);
        }

        _outside.RemoveWhere(w => !w.HasWaiters);

        // An order may have gone to a silo just after the news of its death were looked at.
        GiveUpLostRuns();
        StartWaiting();
        TellLate();
        GoOn();
        if (_inDoubt && _attaching is null or { IsCompleted: true })
        {
            Post(AttachAsync);
        }

        if ((_history.IsDirty || _ledger.MustWrite || _flushFailed) && _flushTimer is null)
        {
            FlushHistoryAsync().Ignore();
        }
    }

    [LoggerMessage(341, LogLevel.Debug, "{Silo} could not be asked for runs of {Task}: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, SiloAddress silo, string task, string reason);

    [LoggerMessage(342, LogLevel.Debug, "{Run} is under way on {Silo}.")]
    private static partial void LogAdopted(ILogger logger, RunId run, SiloAddress silo);
}
