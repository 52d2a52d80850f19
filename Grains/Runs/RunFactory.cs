using OrleansTasks.Clocks;
using OrleansTasks.Records;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>Creates the facts of a run, for each origin of runs. Pure.</summary>
internal static class RunFactory
{
    /// <summary>Creates an awaited run.</summary>
    /// <param name="task">The task.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The current time.</param>
    /// <param name="by">Who requests it; null if that is not known.</param>
    /// <param name="trace">The span of the request; null if nobody listens.</param>
    public static RunFacts Request(TaskEntry task, RunRequest request, DateTimeOffset now, string? by, TraceContext? trace = null)
    {
        var (defaults, options) = (task.EffectiveOptions, request.Options);

        // In one step, as there may be a hundred thousand per second.
        return new RunFacts
        {
            Id = new RunId(task.Name, request.Id),
            Arguments = request.Arguments,
            Trigger = RunTrigger.Request,
            ScheduledAt = now,
            Generation = task.Generation,
            Guarantee = GuaranteeOf(task, request),
            Timeout = options?.Timeout ?? defaults.Timeout,
            Retry = options?.Retry,
            RequestedBy = by,
            Headers = TaskHeaders.Over(options?.Headers, task.Headers),
            Priority = options?.Priority ?? defaults.Priority,
            Deadline = Times.Later(now, options?.Timeout ?? defaults.RunTimeout),
            Trace = trace,
        };
    }

    /// <summary>Returns the guarantee of an awaited run.</summary>
    /// <param name="task">The task; null if there is none.</param>
    /// <param name="request">The request.</param>
    public static RunGuarantee GuaranteeOf(TaskEntry? task, RunRequest request) =>
        request.Options?.Guarantee ?? task?.EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce;

    /// <summary>
    /// Creates a run that is stored and executed later: a dispatch, a continuation of a run or a batch, or a member of a batch.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="request">The request.</param>
    /// <param name="due">When it is due.</param>
    /// <param name="by">Who requests it; null if that is not known.</param>
    /// <param name="trace">The span of the request; null if nobody listens.</param>
    public static RunFacts Dispatch(TaskEntry task, DispatchRequest request, DateTimeOffset due, string? by, TraceContext? trace = null)
    {
        var options = request.Options ?? new DispatchOptions();
        var trigger = request.Parent is not null || request.FollowsBatch ? RunTrigger.Continuation : RunTrigger.Dispatch;
        var run = New(task, new RunId(task.Name, request.Id), trigger, due, due);
        return run with
        {
            Arguments = request.Arguments,
            Guarantee = options.Guarantee ?? run.Guarantee,
            Timeout = options.Timeout ?? run.Timeout,
            Retry = options.Retry,
            Deadline = Times.Later(due, options.RunTimeout) ?? run.Deadline,
            ExpiresAt = options.ExpiresAt?.ToUniversalTime() ?? Times.Later(due, task.EffectiveOptions.ExpireAfter),
            Priority = options.Priority ?? run.Priority,
            RequestedBy = by,
            Headers = TaskHeaders.Over(options.Headers, task.Headers),
            Then = options.Then,
            Parent = request.Parent,
            RetryOf = options.RetryOf,
            Batch = request.Batch,
            Trace = trace,
        };
    }

    /// <summary>Creates a run of an occurrence of the schedule.</summary>
    /// <param name="task">The task.</param>
    /// <param name="occurrence">The occurrence.</param>
    public static RunFacts Occurrence(TaskEntry task, DateTimeOffset occurrence) => CatchUp(task, occurrence, occurrence);

    /// <summary>Creates a run that makes up for a missed occurrence.</summary>
    /// <param name="task">The task.</param>
    /// <param name="occurrence">The occurrence.</param>
    /// <param name="due">When the run is due.</param>
    public static RunFacts CatchUp(TaskEntry task, DateTimeOffset occurrence, DateTimeOffset due) =>
        New(task, RunId.Of(task.Name, occurrence), RunTrigger.Schedule, occurrence, due);

    /// <summary>
    /// Creates the run of a schedule that has just one occurrence. Each registration has a different run, whatever instant it names.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="occurrence">The occurrence.</param>
    public static RunFacts OnlyOccurrence(TaskEntry task, RunId id, DateTimeOffset occurrence) =>
        New(task, id, RunTrigger.Schedule, occurrence, occurrence);

    /// <summary>Creates a run that somebody starts by hand.</summary>
    /// <param name="task">The task.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="now">The current time.</param>
    /// <param name="by">Who starts it; null if that is not known.</param>
    /// <param name="headers">Its headers, which override those of its task; null for none.</param>
    /// <param name="trace">The span of the request; null if nobody listens.</param>
    public static RunFacts Manual(TaskEntry task, RunId id, DateTimeOffset now, string? by,
        IReadOnlyDictionary<string, string>? headers = null, TraceContext? trace = null) =>
        New(task, id, RunTrigger.Manual, now, now) with
        {
            RequestedBy = by,
            Headers = TaskHeaders.Over(headers, task.Headers),
            Trace = trace
        };

    /// <summary>Creates a run for a past occurrence that somebody executes again.</summary>
    /// <param name="task">The task.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="occurrence">The occurrence.</param>
    /// <param name="now">The current time.</param>
    /// <param name="by">Who requests it; null if that is not known.</param>
    /// <param name="headers">Its headers, which override those of its task; null for none.</param>
    /// <param name="trace">The span of the request; null if nobody listens. There may be many runs, so they are linked to it.</param>
    public static RunFacts Backfill(TaskEntry task, RunId id, DateTimeOffset occurrence, DateTimeOffset now, string? by,
        IReadOnlyDictionary<string, string>? headers = null, TraceContext? trace = null) =>
        New(task, id, RunTrigger.Backfill, occurrence, now) with
        {
            RequestedBy = by,
            Headers = TaskHeaders.Over(headers, task.Headers),
            Trace = trace?.AsLink()
        };

    /// <summary>Creates a run about which nothing is known except that it was requested.</summary>
    /// <param name="task">The task; null if there is none.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="now">The current time.</param>
    public static RunFacts Unknown(TaskEntry? task, RunId id, DateTimeOffset now) =>
        new() { Id = id, Trigger = RunTrigger.Request, ScheduledAt = now, Generation = task?.Generation ?? 0 };

    private static RunFacts New(TaskEntry task, RunId id, RunTrigger trigger, DateTimeOffset scheduledAt, DateTimeOffset due) => new()
    {
        Id = id,
        Trigger = trigger,
        ScheduledAt = scheduledAt,
        Generation = task.Generation,
        Guarantee = trigger == RunTrigger.Schedule ? task.OccurrenceGuarantee : task.EffectiveOptions.Guarantee ?? RunGuarantee.AtLeastOnce,
        Timeout = task.EffectiveOptions.Timeout,
        Deadline = Times.Later(due, task.EffectiveOptions.RunTimeout),
        Priority = task.EffectiveOptions.Priority,
        Trace = trigger == RunTrigger.Schedule ? task.Trace?.AsOrigin() : null,
        Headers = task.Headers,
    };
}
