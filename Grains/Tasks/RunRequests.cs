using OrleansTasks.Runs;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Tasks;

/// <summary>Handles the runs of a task that callers wait for.</summary>
internal sealed class RunRequests : TaskPart
{
    private readonly RequestChecks _checks;
    private readonly RunLine _line;
    private readonly HistoryKeeper _history;
    private readonly RemoteRuns _remote;
    private readonly RunEnds _ends;
    private readonly RunStarts _starts;
    private readonly TaskPresence _presence;
    private readonly LateRequests _late;

    // Requests whose results may have left the history since.
    private readonly EndedIds _ended = new();

    public RunRequests(TaskContext context, RequestChecks checks, RunLine line, HistoryKeeper history, RemoteRuns remote, RunEnds ends,
        RunStarts starts, TaskPresence presence)
        : base(context)
    {
        (_checks, _line, _history, _remote, _ends, _starts, _presence) = (checks, line, history, remote, ends, starts, presence);
        _late = new LateRequests(context);
    }

    /// <summary>Starts a run and waits for its end. Returns null if the caller has to ask again.</summary>
    public ValueTask<TaskResult?> BeginAsync(RunRequest request)
    {
        _checks.CheckId(request?.Id);
        _presence.NoteAsked();

        // The first message may arrive after one that repeated it, here or at another activation that sent the caller here, and after the
        // run has ended.
        if (_late.WasRepeated(request!.Id) || (!_late.KnowsAll && _ended.Has(request.Id)))
        {
            request = request with { Repeated = true };
        }

        // Usually everything needed is known, and only the run's end has to be awaited.
        return new ValueTask<TaskResult?>(Link.IsReady && !request.Repeated ? CheckAndBegin(request) : LookAndBeginAsync(request));
    }

    /// <summary>Waits for the end of a run. Returns null if the caller has to ask again.</summary>
    public async Task<TaskResult?> WaitAsync(RunId run)
    {
        await _presence.EnsureAttachedAsync();
        if (run.Task != Known.Name)
        {
            throw new RunNotFoundException(run);
        }

        if (Runs.TryGet(run.Value, out var active))
        {
            return await Runs.WaitForAsync(active);
        }

        if (await _history.FindAsync(run.Value) is { } result)
        {
            return result.WithoutArguments();
        }

        var stored = await Link.FindRunAsync(run);

        // The run may have become due, and even ended, while the partition was asked.
        if (Runs.TryGet(run.Value, out active))
        {
            return await Runs.WaitForAsync(active);
        }

        if (_history.Find(run.Value) is { } ended)
        {
            return ended.WithoutArguments();
        }

        // The partition finds runs by their ids alone, and has those of other tasks too.
        if (stored is null || stored.RunId != run)
        {
            return (await Turns.UnlessLeaving(Silo.Archive.FindAsync(run)))?.WithoutArguments() ?? throw new RunNotFoundException(run);
        }

        if (stored.Result is not null)
        {
            return stored.Result.WithoutArguments();
        }

        // A stored run that is not due yet is awaited here. The caller asks again and again meanwhile.
        House.Keep();
        return await Runs.WaitOutsideAsync(new ActiveRun { Facts = RunFactory.Unknown(Known.Entry, run, Clock.Now) });
    }

    /// <summary>Records that a run on request has ended.</summary>
    public void NoteEnded(Guid run) => _ended.Add(run);

    private async Task<TaskResult?> LookAndBeginAsync(RunRequest request)
    {
        if (request.Repeated)
        {
            _late.NoteRepeated(request.Id);
        }

        await _presence.EnsureAttachedAsync();
        if (request.Repeated && !Runs.Has(request.Id))
        {
            _checks.CheckFaults(request.Options?.Faults());
            if (await FindEndedAsync(request, RunFactory.GuaranteeOf(Known.Entry, request)) is { } ended)
            {
                return ended.WithoutArguments();
            }
        }

        return await CheckAndBegin(request);
    }

    private Task<TaskResult?> CheckAndBegin(RunRequest request)
    {
        if (Runs.TryGet(request.Id, out var known))
        {
            return Runs.WaitForAsync(known);
        }

        _checks.CheckFaults(request.Options?.Faults());
        CheckCanRun();
        _late.EnsureNew(request);
        _checks.CheckHeaders(request.Options?.Headers);
        var check = _checks.CheckArgumentsAsync(request.Arguments, request.Repeated);
        return check.IsCompletedSuccessfully ? Begin(request) : BeginWhenCheckedAsync(check, request);
    }

    private async Task<TaskResult?> BeginWhenCheckedAsync(ValueTask check, RunRequest request)
    {
        await check;

        // The same request may have arrived again meanwhile, and the task may have been cancelled, or even registered again.
        if (!Runs.Has(request.Id))
        {
            CheckCanRun();
            _late.EnsureNew(request);
        }

        return await (Runs.TryGet(request.Id, out var known) ? Runs.WaitForAsync(known) : Begin(request));
    }

    private void CheckCanRun()
    {
        if (Known.Obstacle is { } obstacle)
        {
            throw _presence.LeaveWith(obstacle);
        }
    }

    private Task<TaskResult?> Begin(RunRequest request)
    {
        var run = new ActiveRun
        {
            Facts = RunFactory.Request(Known.Entry!, request, Clock.Now, TaskActor.Current, TraceCarrier.Current),
            Attempt = request.Repeated ? 1 : 0,
            Losses = request.Losses,
        };
        if (_line.Count >= Silo.Options.Limits.MaxWaitingRunsPerTask)
        {
            throw Known.Overloaded();
        }

        if (Turns.IsLeaving)
        {
            throw Turns.Moved();
        }

        var result = Runs.WaitForAsync(run);
        if (run.Losses == 0)
        {
            _starts.Begin(run);
        }
        else
        {
            // The caller has seen its silos disappear.
            Runs.Put(run);
            run.Losses--;
            _ends.LoseAttempt(run);
        }

        return result;
    }

    /// <summary>Returns the result for a run that has ended and whose result has left the history.</summary>
    private TaskResult ForgottenResult(Guid run) => new()
    {
        RunId = new RunId(Known.Name, run),
        Status = RunStatus.Lost,
        Trigger = RunTrigger.Request,
        ScheduledAt = Clock.Now,
        FinishedAt = Clock.Now,
        Attempt = 1,
        Error =
            $"The run has ended, but its result is no longer in the history ({nameof(TaskOptions.HistoryLength)}), and the run may not "
                + $"be repeated ({nameof(RunGuarantee.AtMostOnce)}).",
    };

    /// <summary>Returns the result of a run whose caller lost the answer; null if the run may be started.</summary>
    private async Task<TaskResult?> FindEndedAsync(RunRequest request, RunGuarantee guarantee)
    {
        if (await _history.FindAsync(request.Id) is { } result)
        {
            return result;
        }

        await _remote.AdoptAllAsync();
        if (Runs.TryGet(request.Id, out var run))
        {
            return await Runs.WaitForAsync(run);
        }

        // The run may have been reported, and have ended, while the silos were asked.
        if (_history.Find(request.Id) is { } reported)
        {
            return reported;
        }

        if (guarantee == RunGuarantee.AtLeastOnce)
        {
            return null;
        }

        if (_ended.Has(request.Id))
        {
            // The run has a result, which subscribers have received. No second one is created.
            return ForgottenResult(request.Id);
        }

        run = new ActiveRun { Facts = RunFactory.Unknown(Known.Entry, new RunId(Known.Name, request.Id), Clock.Now), Attempt = 1 };
        Runs.Put(run);
        var wait = Runs.WaitForAsync(run);
        _ends.EndLost(run);
        return await wait;
    }
}
