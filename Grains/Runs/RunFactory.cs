using OrleansTasks.Clocks;
using OrleansTasks.Records;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>Makes the facts of a run, in each way in which runs come to be. Pure.</summary>
internal static class RunFactory
{
    /// <summary>A run whose caller waits for it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">The present.</param>
    /// <param name="by">Who asks; null if that is not known.</param>
    /// <param name="trace">In which span; null if nobody listens.</param>
    public static RunFacts Request(TaskEntry task, RunRequest request, DateTimeOffset now, string? by, TraceContext? trace = null)
    {
        var (defaults, options) = (task.EffectiveOptions, request.Options);

        // In one step: there may be a hundred thousand a second.
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

    /// <summary>What is promised of a run whose caller waits for it.</summary>
    /// <param name="task">The task; null if there is none.</param>
    /// <param name="request">What is asked for.</param>
    public static RunGuarantee GuaranteeOf(TaskEntry? task, RunRequest request) =>
        request.Options?.Guarantee ?? task?.EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce;

    /// <summary>A run that is stored and made later: one that somebody dispatched, that follows another run or a batch, or that belongs to a batch.</summary>
    /// <param name="task">The task.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="due">When it is due.</param>
    /// <param name="by">Who asks; null if that is not known.</param>
    /// <param name="trace">In which span; null if nobody listens.</param>
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

    /// <summary>A run of an occurrence of the schedule.</summary>
    /// <param name="task">The task.</param>
    /// <param name="occurrence">The occurrence.</param>
    public static RunFacts Occurrence(TaskEntry task, DateTimeOffset occurrence) => CatchUp(task, occurrence, occurrence);

    /// <summary>A run that makes up for a missed occurrence.</summary>
    /// <param name="task">The task.</param>
    /// <param name="occurrence">The occurrence.</param>
    /// <param name="due">When the run is due.</param>
    public static RunFacts CatchUp(TaskEntry task, DateTimeOffset occurrence, DateTimeOffset due) => New(task, RunId.Of(task.Name, occurrence), RunTrigger.Schedule, occurrence, due);

    /// <summary>The run of a schedule that has just one occurrence: each registration has another one, whatever instant it names.</summary>
    /// <param name="task">The task.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="occurrence">The occurrence.</param>
    public static RunFacts OnlyOccurrence(TaskEntry task, RunId id, DateTimeOffset occurrence) => New(task, id, RunTrigger.Schedule, occurrence, occurrence);

    /// <summary>A run that somebody starts by hand.</summary>
    /// <param name="task">The task.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="now">The present.</param>
    /// <param name="by">Who does; null if that is not known.</param>
    /// <param name="headers">Its headers, over its task's own; null for none.</param>
    /// <param name="trace">In which span; null if nobody listens.</param>
    public static RunFacts Manual(TaskEntry task, RunId id, DateTimeOffset now, string? by, IReadOnlyDictionary<string, string>? headers = null, TraceContext? trace = null) =>
        New(task, id, RunTrigger.Manual, now, now) with { RequestedBy = by, Headers = TaskHeaders.Over(headers, task.Headers), Trace = trace };

    /// <summary>A run of an occurrence of the past that somebody has made again.</summary>
    /// <param name="task">The task.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="occurrence">The occurrence.</param>
    /// <param name="now">The present.</param>
    /// <param name="by">Who does; null if that is not known.</param>
    /// <param name="headers">Its headers, over its task's own; null for none.</param>
    /// <param name="trace">In which span; null if nobody listens. There may be many: they are linked to it.</param>
    public static RunFacts Backfill(TaskEntry task, RunId id, DateTimeOffset occurrence, DateTimeOffset now, string? by, IReadOnlyDictionary<string, string>? headers = null, TraceContext? trace = null) =>
        New(task, id, RunTrigger.Backfill, occurrence, now) with { RequestedBy = by, Headers = TaskHeaders.Over(headers, task.Headers), Trace = trace?.AsLink() };

    /// <summary>A run of which no more is known than that it was asked for.</summary>
    /// <param name="task">The task; null if there is none.</param>
    /// <param name="id">The run's id.</param>
    /// <param name="now">The present.</param>
    public static RunFacts Unknown(TaskEntry? task, RunId id, DateTimeOffset now) => new() { Id = id, Trigger = RunTrigger.Request, ScheduledAt = now, Generation = task?.Generation ?? 0 };

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
