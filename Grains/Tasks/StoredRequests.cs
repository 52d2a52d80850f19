using OrleansTasks.Clocks;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Tasks;

/// <summary>
/// Stores runs of a task that callers request for later execution: dispatches, runs that are started by hand, and backfills.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="checks">Checks the requests.</param>
/// <param name="history">The results of ended runs.</param>
/// <param name="stored">Stores runs.</param>
/// <param name="presence">Keeps the task in memory.</param>
internal sealed class StoredRequests(TaskContext context, RequestChecks checks, HistoryKeeper history, StoredRuns stored,
    TaskPresence presence) : TaskPart(context)
{
    /// <summary>Stores a run that is executed later.</summary>
    public async Task<RunId> DispatchAsync(DispatchRequest request)
    {
        checks.CheckId(request?.Id);
        await presence.EnsureAttachedAsync();
        var options = request!.Options ?? new DispatchOptions();
        checks.CheckFaults(options.Faults());
        if (Known.Absence is { } absence)
        {
            return await OfRepeatedAsync(request.Id, request.Repeated, absence);
        }

        if (request.Repeated && await history.FindAsync(request.Id) is { } ended)
        {
            // The partition has stored, executed and forgotten the run since the first request.
            return ended.RunId;
        }

        if (!request.Repeated || await Link.FindRunAsync(new RunId(Known.Name, request.Id)) is null)
        {
            // A stored run may have been accepted by a silo that had other limits.
            checks.CheckHeaders(options.Headers);
            checks.CheckFaults([.. ContinuationLimits.Faults(Known.Name, options.Then, Silo.Options.Limits)]);
        }

        await checks.CheckArgumentsAsync(request.Arguments, request.Unchecked);
        var now = Clock.Now;
        var asked = options.At?.ToUniversalTime() ?? now + (options.Delay ?? TimeSpan.Zero);
        var due = asked > now ? asked : now;
        if (options.ExpiresAt <= due)
        {
            return await OfRepeatedAsync(
                request.Id, request.Repeated,
                new InvalidTaskException(Known.Name,
                    [$"ExpiresAt is {options.ExpiresAt:O}; it must be later than {due:O}, when the run is due."]));
        }

        var bound = options is { IdempotencyKey: null, UniqueFor: null } ? null : await checks.BindAsync(request.Arguments);
        var run = RunFactory.Dispatch(Known.Entry!, request, due, TaskActor.Current, TraceCarrier.Current);
        var compared = bound is null ? null : run.Headers.NotNamed(Silo.Options.UncomparedHeaders);
        return await stored.StoreAsync(RunForms.ToStored(run, due) with
        {
            IdempotencyKey = options.IdempotencyKey ?? (bound is null ? null : UniqueKeys.Of(bound, compared)),
            KeyRetention = options.IdempotencyRetention,
            KeyExpiresAt = Times.Later(now, options.UniqueFor),
            Wait = options.At > now ? null : options.Delay ?? TimeSpan.Zero,
            Asked = bound is null && !request.Repeated ? null : new RunRequestFacts
            {
                Repeated = request.Repeated,
                Work = bound is null || options.IdempotencyKey is null || run.Trigger == RunTrigger.Continuation
                    ? null
                    : RequestedWork.Of(bound, options.Then, compared),
                FormerKey = options.UniqueFor is null || compared is not null ? null : UniqueKeys.Former(request.Arguments),
            },
        });
    }

    /// <summary>Stores a run that somebody starts by hand.</summary>
    public async Task<RunId> TriggerAsync(Guid request, bool isRepeated, TriggerOptions? options)
    {
        await presence.EnsureAttachedAsync();
        checks.CheckFaults(options?.Faults());
        if (Known.Obstacle is { } obstacle)
        {
            return await OfRepeatedAsync(request, isRepeated, obstacle);
        }

        checks.CheckHeaders(options?.Headers);
        var now = Clock.Now;
        var run = RunFactory.Manual(Known.Entry!, request == Guid.Empty ? RunId.New(Known.Name, Silo.Time) : new RunId(Known.Name, request),
            now, TaskActor.Current, options?.Headers, TraceCarrier.Current);
        return await stored.StoreAsync(
            RunForms.ToStored(run, now) with { Wait = TimeSpan.Zero, Asked = isRepeated ? new RunRequestFacts { Repeated = true } : null });
    }

    /// <summary>Stores runs for past occurrences.</summary>
    public async Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request)
    {
        checks.CheckId(request?.Id);
        await presence.EnsureAttachedAsync();
        checks.CheckFaults(request!.Faults());
        if (request.Repeated && await Turns.UnlessLeaving(Link.Partition.FindRequestAsync(request.Id)) is not null)
        {
            return await BackfilledAsync(request);
        }

        if (Known.Absence is { } absence)
        {
            throw presence.LeaveWith(absence);
        }

        checks.CheckHeaders(request.Headers);
        var now = Clock.Now;
        var ids = new List<RunId>();
        var runs = new List<StoredRun>();
        foreach (var occurrence in Backfills.Of(Known.Entry!, request, now))
        {
            var id = IdOf(request, occurrence);
            ids.Add(id);
            if (!request.Repeated || await history.FindAsync(id.Value) is null)
            {
                runs.Add(
                    RunForms.ToStored(
                        RunFactory.Backfill(Known.Entry!, id, occurrence, now, TaskActor.Current, request.Headers, TraceCarrier.Current),
                        now) with
                    { Wait = TimeSpan.Zero });
            }
        }

        await Task.WhenAll(runs.Select(stored.StoreAsync));
        await Link.CallAsync((p, _) => p.RememberAsync(request.Id, false));
        return ids;
    }

    /// <summary>Returns a run's id. The same request has the same runs, however often it arrives.</summary>
    private RunId IdOf(BackfillRequest request, DateTimeOffset occurrence) =>
        new(Known.Name, RunId.Of($"{Known.Name}\n{request.Id:N}", occurrence).Value);

    /// <summary>Returns the runs of an earlier backfill. No others are added, although the schedule may have changed by now.</summary>
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

    /// <summary>Returns the answer to a request that cannot be fulfilled now. If it was fulfilled before, that is its run.</summary>
    private async Task<RunId> OfRepeatedAsync(Guid request, bool isRepeated, TaskException obstacle) =>
        isRepeated && (Runs.Has(request) || await Link.FindRequestAsync(request) is not null)
            ? new RunId(Known.Name, request)
            : throw presence.LeaveWith(obstacle);
}
