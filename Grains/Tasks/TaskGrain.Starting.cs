namespace OrleansTasks;

/// <content>Which runs are started, and which wait for what.</content>
internal sealed partial class TaskGrain
{
    private const string ForStart = "the scheduler to be started";
    private const string SiloToBeUp = "its silo to be up";
    private bool _startingWaiting;

    private void Begin(ActiveRun run)
    {
        _runs[run.RunId.Value] = run;
        KeepHouse();

        // An occurrence keeps its time: it does not wait behind what else was asked for.
        if (!_started || (_waiting.Count > 0 && run.Trigger != RunTrigger.Schedule))
        {
            Enqueue(run, _started ? "earlier runs" : ForStart);
            return;
        }

        Start(run);
    }

    private void Start(ActiveRun run)
    {
        if (_leaving)
        {
            return;
        }

        if (run.CancelRequested || !IsAdmitted(run))
        {
            End(run, Stopped(run));
            return;
        }

        if (EndIfOver(run) || IsPutOff(run))
        {
            return;
        }

        var silos = _cluster.SilosWith(_entry!.Handler);
        if (silos.IsEmpty)
        {
            Enqueue(run, $"a silo that has the handler '{_entry.Handler}'");
            return;
        }

        if (AsksGroup(run))
        {
            return;
        }

        if (!TryTakePlace(run, out var waitingFor))
        {
            Enqueue(run, waitingFor!);
            return;
        }

        var mustBeMarked = run.Stored && (run.Guarantee == RunGuarantee.AtMostOnce || !run.Marked);
        if (mustBeMarked || MayEndItsSilo(run))
        {
            StartLater(run, mustBeMarked ? StartMarkedAsync : StartWhenUpAsync);
            return;
        }

        Place(run);
    }

    /// <summary>Whether a run may have ended the silo before this one, which has only just started.</summary>
    private bool MayEndItsSilo(ActiveRun run) =>
        !_gate.IsOpen && (run.Losses > 0 || run is { Trigger: RunTrigger.Schedule, Guarantee: RunGuarantee.AtLeastOnce } && run.ScheduledAt <= _tookOver);

    private async Task StartWhenUpAsync(ActiveRun run)
    {
        var placement = run.Placement;
        run.Move(RunEvent.Start, SiloToBeUp);
        await _gate.Opened.WaitAsync(_leave.Token);
        if (IsPlacing(run, placement))
        {
            Place(run);
        }
    }

    private void StartLater(ActiveRun run, Func<ActiveRun, Task> start)
    {
        run.Move(RunEvent.Start);
        var placement = ++run.Placement;
        Post(async () =>
        {
            try
            {
                if (IsPlacing(run, placement))
                {
                    await start(run);
                }
            }
            finally
            {
                if (IsPlacing(run, placement) && run.Silo is null)
                {
                    // It failed, and Post says so.
                    Enqueue(run, "another try");
                }
            }
        });
    }

    /// <summary>Notes the attempt before it starts, so that no other one is made whatever happens then.</summary>
    private async Task StartMarkedAsync(ActiveRun run)
    {
        var placement = run.Placement;
        if (MayEndItsSilo(run))
        {
            run.Move(RunEvent.Start, SiloToBeUp);
            await _gate.Opened.WaitAsync(_leave.Token);
            if (!IsPlacing(run, placement))
            {
                return;
            }
        }

        run.Marked = true;
        var granted = false;
        await UntilDoneAsync(async () => granted = await OnPartitionAsync((p, epoch) => p.MarkStartedAsync(run.RunId, epoch, run.Attempt + 1)));
        if (!IsPlacing(run, placement))
        {
            return;
        }

        if (granted)
        {
            Place(run);
            return;
        }

        // Another activation has it, or had: what the partition says of it now counts.
        LeavePlace(run);
        _runs.Remove(run.RunId.Value);
        run.ReleaseWaiters(long.MaxValue);
        _inDoubt = true;
        Post(() => UntilDoneAsync(AttachAsync));
    }

    private void Enqueue(ActiveRun run, string waitingFor)
    {
        run.Move(RunEvent.Wait, waitingFor);
        (run.Silo, run.Local) = (null, null);
        run.Placement++;
        LeavePlace(run);
        _waiting.Enqueue(run);
        ListenToCluster();
        KeepHouse();
        ArmBy(Times.Earlier(run.GivenUpAt, RateOpensAt));
    }

    /// <summary>Tries again what waits here.</summary>
    private void StartWaiting()
    {
        if (_startingWaiting || _waiting.Count == 0 || !_started)
        {
            return;
        }

        _startingWaiting = true;
        try
        {
            while (_waiting.Take(Math.Min(Room, RoomToAsk), r => IsIn(r, RunPhase.Waiting)) is { Count: > 0 } taken)
            {
                // One may stand there twice, if it left and came back.
                foreach (var run in taken.Where(r => IsIn(r, RunPhase.Waiting)))
                {
                    Start(run);
                }

                if (!taken.Exists(static r => r.Ending))
                {
                    break;
                }
            }
        }
        finally
        {
            _startingWaiting = false;
        }

        ArmBy(RateOpensAt);
    }

    /// <summary>Whether a run belongs to the task as it is registered now: not if the task was cancelled, or removed, since the run was accepted, or the run was called off.</summary>
    private bool IsAdmitted(ActiveRun run) => !run.CalledOff && Admission.Admits(_entry, run.Facts.Generation);

    /// <summary>Whether a run that was in a phase still is: an earlier attempt of it, given up for lost, may have spoken meanwhile.</summary>
    private bool IsIn(ActiveRun run, RunPhase phase) => run.Phase == phase && _runs.ContainsKey(run.RunId.Value);
}
