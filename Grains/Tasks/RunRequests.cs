using OrleansTasks.Clocks;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>What callers ask of a task: runs that they wait for, and runs that are stored and made later.</summary>
internal sealed class RunRequests : TaskPart
{
    private readonly RequestChecks _checks;
    private readonly RunLine _line;
    private readonly HistoryKeeper _history;
    private readonly RemoteRuns _remote;
    private readonly StoredRuns _stored;
    private readonly RunEnds _ends;
    private readonly RunStarts _starts;
    private readonly ITaskPresence _presence;

    // Requests that their callers have repeated: the first message may still be on its way.
    private RememberedIds? _repeated;

    public RunRequests(TaskContext context, RequestChecks checks, RunLine line, HistoryKeeper history, RemoteRuns remote, StoredRuns stored, RunEnds ends, RunStarts starts, ITaskPresence presence)
        : base(context)
    {
        (_checks, _line, _history, _remote, _stored, _ends, _starts, _presence) = (checks, line, history, remote, stored, ends, starts, presence);
    }

    /// <summary>Begins a run, and waits for its end; null if the caller is to ask again.</summary>
    public ValueTask<TaskResult?> BeginAsync(RunRequest request)
    {
        _checks.CheckId(request?.Id);
        _presence.NoteAsked();

        if (_repeated?.Contains(request!.Id) == true)
        {
            request = request! with { Repeated = true };
        }

        // For most, what is needed is known: nothing but the run's end is waited for.
        return new ValueTask<TaskResult?>(Link.IsReady && !request!.Repeated ? CheckAndBegin(request) : LookAndBeginAsync(request!));
    }

    /// <summary>Waits for the end of a run; null if the caller is to ask again.</summary>
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

        // It may have become due, and even have ended, while the partition was asked.
        if (Runs.TryGet(run.Value, out active))
        {
            return await Runs.WaitForAsync(active);
        }

        if (_history.Find(run.Value) is { } ended)
        {
            return ended.WithoutArguments();
        }

        // The partition knows runs by their numbers, and has those of other tasks too.
        if (stored is null || stored.RunId != run)
        {
            throw new RunNotFoundException(run);
        }

        if (stored.Result is not null)
        {
            return stored.Result.WithoutArguments();
        }

        // A run that is stored and not due yet is waited for here; the caller asks again and again meanwhile.
        House.Keep();
        return await Runs.WaitOutsideAsync(new ActiveRun { Facts = RunFactory.Unknown(Known.Entry, run, Clock.Now) });
    }

    /// <summary>Stores a run that is made later.</summary>
    public async Task<RunId> DispatchAsync(DispatchRequest request)
    {
        _checks.CheckId(request?.Id);
        await _presence.EnsureAttachedAsync();
        var options = request!.Options ?? new DispatchOptions();
        _checks.CheckFaults(options.Faults());
        if (Known.Absence is { } absence)
        {
            return await OfRepeatedAsync(request.Id, request.Repeated, absence);
        }

        if (request.Repeated && await _history.FindAsync(request.Id) is { } ended)
        {
            // Stored, made and forgotten by the partition since it was first asked for.
            return ended.RunId;
        }

        await _checks.CheckArgumentsAsync(request.Arguments);
        var now = Clock.Now;
        var asked = options.At?.ToUniversalTime() ?? now + (options.Delay ?? TimeSpan.Zero);
        var due = asked > now ? asked : now;
        if (options.ExpiresAt <= due)
        {
            return await OfRepeatedAsync(
                request.Id, request.Repeated, new InvalidTaskException(Known.Name, [$"ExpiresAt is {options.ExpiresAt:O}; it must be later than {due:O}, when the run is due."]));
        }

        var bound = options is { IdempotencyKey: null, UniqueFor: null } ? null : await _checks.BindAsync(request.Arguments);
        var run = RunFactory.Dispatch(Known.Entry!, request, due, TaskActor.Current);
        return await _stored.StoreAsync(RunForms.ToStored(run, due) with
        {
            IdempotencyKey = options.IdempotencyKey ?? (bound is null ? null : UniqueKeys.Of(bound)),
            KeyRetention = options.IdempotencyRetention,
            KeyExpiresAt = Times.Later(now, options.UniqueFor),
            Wait = options.At > now ? null : options.Delay ?? TimeSpan.Zero,
            Asked = bound is null && !request.Repeated ? null : new RunRequestFacts
            {
                Repeated = request.Repeated,
                Work = bound is null || options.IdempotencyKey is null || run.Trigger == RunTrigger.Continuation ? null : RequestedWork.Of(bound, options.Then),
                FormerKey = options.UniqueFor is null ? null : UniqueKeys.Former(request.Arguments),
            },
        });
    }

    /// <summary>Stores a run that somebody starts by hand.</summary>
    public async Task<RunId> TriggerAsync(Guid request, bool isRepeated)
    {
        await _presence.EnsureAttachedAsync();
        if (Known.Obstacle is { } obstacle)
        {
            return await OfRepeatedAsync(request, isRepeated, obstacle);
        }

        var now = Clock.Now;
        var run = RunFactory.Manual(Known.Entry!, request == Guid.Empty ? RunId.New(Known.Name, Silo.Time) : new RunId(Known.Name, request), now, TaskActor.Current);
        return await _stored.StoreAsync(RunForms.ToStored(run, now) with { Wait = TimeSpan.Zero, Asked = isRepeated ? new RunRequestFacts { Repeated = true } : null });
    }

    /// <summary>Stores runs of occurrences of the past.</summary>
    public async Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request)
    {
        _checks.CheckId(request?.Id);
        await _presence.EnsureAttachedAsync();
        if (request!.Repeated && await Turns.UnlessLeaving(Link.Partition.FindRequestAsync(request.Id)) is not null)
        {
            return await BackfilledAsync(request);
        }

        if (Known.Absence is { } absence)
        {
            throw _presence.LeaveWith(absence);
        }

        var now = Clock.Now;
        var ids = new List<RunId>();
        var runs = new List<StoredRun>();
        foreach (var occurrence in Backfills.Of(Known.Entry!, request, now))
        {
            var id = IdOf(request, occurrence);
            ids.Add(id);
            if (!request.Repeated || await _history.FindAsync(id.Value) is null)
            {
                runs.Add(RunForms.ToStored(RunFactory.Backfill(Known.Entry!, id, occurrence, now, TaskActor.Current), now) with { Wait = TimeSpan.Zero });
            }
        }

        await Task.WhenAll(runs.Select(_stored.StoreAsync));
        await Link.CallAsync((p, _) => p.RememberAsync(request.Id, false));
        return ids;
    }

    /// <summary>The same request has the same runs, however often it comes.</summary>
    private RunId IdOf(BackfillRequest request, DateTimeOffset occurrence) => new(Known.Name, RunId.Of($"{Known.Name}\n{request.Id:N}", occurrence).Value);

    /// <summary>The runs of a backfill that was made. No others are added, though the schedule may be another one by now.</summary>
    private async Task<IReadOnlyList<RunId>> BackfilledAsync(BackfillRequest request)
    {
        if (Known.Entry?.Resolved is null)
        {
            return [];
        }

        var ids = Backfills.Of(Known.Entry, request, Clock.Now).Select(o => IdOf(request, o)).ToList();
        var known = await Turns.UnlessLeaving(Task.WhenAll(ids.Select(id => Link.Partition.FindRequestAsync(id.Value))));
        return [.. ids.Where((_, n) => known[n] is not null)];
    }

    /// <summary>The answer to a request that cannot be acted upon now: if it was before, its run.</summary>
    private async Task<RunId> OfRepeatedAsync(Guid request, bool isRepeated, TaskException obstacle) =>
        isRepeated && (Runs.Has(request) || await Link.FindRequestAsync(request) is not null) ? new RunId(Known.Name, request) : throw _presence.LeaveWith(obstacle);

    private async Task<TaskResult?> LookAndBeginAsync(RunRequest request)
    {
        if (request.Repeated)
        {
            (_repeated ??= new RememberedIds(Silo.Pauses)).Add(request.Id);
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
        var check = _checks.CheckArgumentsAsync(request.Arguments);
        return check.IsCompletedSuccessfully ? Begin(request) : BeginWhenCheckedAsync(check, request);
    }

    private async Task<TaskResult?> BeginWhenCheckedAsync(ValueTask check, RunRequest request)
    {
        await check;

        // The same request may have come again meanwhile, and the task have been cancelled.
        if (!Runs.Has(request.Id))
        {
            CheckCanRun();
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
            Facts = RunFactory.Request(Known.Entry!, request, Clock.Now, TaskActor.Current),
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
            // The caller has seen its silos go.
            Runs.Put(run);
            run.Losses--;
            _ends.LoseAttempt(run);
        }

        return result;
    }

    /// <summary>What became of a run whose caller lost the answer; null if it may be started.</summary>
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

        // It may have been reported, and have ended, while the silos were asked.
        if (_history.Find(request.Id) is { } reported)
        {
            return reported;
        }

        if (guarantee == RunGuarantee.AtLeastOnce)
        {
            return null;
        }

        run = new ActiveRun { Facts = RunFactory.Unknown(Known.Entry, new RunId(Known.Name, request.Id), Clock.Now), Attempt = 1 };
        Runs.Put(run);
        var wait = Runs.WaitForAsync(run);
        _ends.EndLost(run);
        return await wait;
    }
}
