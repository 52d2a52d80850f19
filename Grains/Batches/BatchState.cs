using System.Diagnostics;
using System.Text.Json.Serialization;
using OrleansTasks.Telemetry;
using OrleansTasks.Text;

namespace OrleansTasks.Batches;

/// <summary>Represents a batch and the outcomes of its runs. Immutable; pure.</summary>
internal sealed record BatchState
{
    public const int MaxErrors = 10;
    private const int MaxError = 1000;

    /// <summary>Gets the runs, until all of them are given to their tasks.</summary>
    public IReadOnlyList<BatchItem>? Items { get; init; }

    /// <summary>
    /// Gets the tasks of the runs, once all runs are stored. Null before, and in a batch whose runs an earlier version has stored.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BatchMembers? Members { get; init; }

    public int Total { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int Cancelled { get; init; }

    /// <summary>Gets one bit for each run, which is set if the run has ended.</summary>
    public byte[] Ended { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Continuation? Then { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? Followed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }

    /// <summary>Gets the span of the request, to which the runs are linked; null if nobody listened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceContext? Trace { get; init; }

    public IReadOnlyList<string> Errors { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CancelledAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CancelledBy { get; init; }

    [JsonIgnore]
    public bool IsCancelled => CancelledAt is not null;

    [JsonIgnore]
    public bool AllEnded => Succeeded + Failed + Cancelled == Total;

    /// <summary>
    /// Gets whether a batch in this state has a continuation to start. A batch that was cancelled has not succeeded, whatever the outcomes
    /// of its runs.
    /// </summary>
    [JsonIgnore]
    public bool IsFollowed => Then is { } then && then.On switch
    {
        ContinuationTrigger.Succeeded => Succeeded == Total && !IsCancelled,
        ContinuationTrigger.Failed => Succeeded < Total || IsCancelled,
        _ => true,
    };

    public static BatchState Of(BatchRequest request, DateTimeOffset now, string? by, TraceContext? trace = null) => new()
    {
        Trace = trace?.AsLink(),
        Items = request.Items,
        Total = request.Items.Count,
        Ended = new byte[(request.Items.Count + 7) / 8],
        CreatedAt = now,
        Then = request.Then,
        RequestedBy = by,
    };

    public bool HasEnded(int index) => (Ended[index / 8] & (1 << (index % 8))) != 0;

    /// <summary>Returns the batch with the end of a run, which counts once.</summary>
    public BatchState With(int index, RunStatus status, string? error = null)
    {
        if (index < 0 || index >= Total || HasEnded(index) || BatchLifecycle.Next(BatchLifecycle.Of(this), BatchEvent.RunEnds) is null)
        {
            return this;
        }

        var ended = (byte[])Ended.Clone();
        ended[index / 8] |= (byte)(1 << (index % 8));
        return this with
        {
            Ended = ended,
            Succeeded = Succeeded + (status == RunStatus.Succeeded ? 1 : 0),
            Cancelled = Cancelled + (status == RunStatus.Cancelled ? 1 : 0),
            Failed = Failed + (status is RunStatus.Succeeded or RunStatus.Cancelled ? 0 : 1),
            Errors = error is null || Errors.Count >= MaxErrors ? Errors : [.. Errors, ShownText.Cut(error, MaxError)!],
        };
    }

    /// <summary>Returns the batch cancelled. Only the first time counts. If all runs have ended, the batch does not change.</summary>
    public BatchState Cancel(DateTimeOffset now, string? by) =>
        BatchLifecycle.Next(BatchLifecycle.Of(this), BatchEvent.Cancel) is null ? this : this with { CancelledAt = now, CancelledBy = by };

    /// <summary>Returns the batch without its runs, when all of them are stored. Only their tasks are kept.</summary>
    public BatchState WithoutItems() => Items is null ? this : this with { Items = null, Members = BatchMembers.Of(Items) };

    /// <summary>Returns the batch ended.</summary>
    /// <exception cref="UnreachableException">Not all of its runs have ended, or it has ended already.</exception>
    public BatchState Finish(DateTimeOffset now) => BatchLifecycle.Next(BatchLifecycle.Of(this), BatchEvent.Finish) is null
        ? throw new UnreachableException($"The batch is {BatchLifecycle.Of(this)}, after which {BatchEvent.Finish} cannot happen.")
        : WithoutItems() with { FinishedAt = now };

    /// <summary>Returns the task of a run; null if an earlier version has not kept it.</summary>
    public string? TaskOf(int index) => Items?[index].Task ?? Members?.TaskOf(index);

    /// <summary>Returns the tasks of the runs that have not ended, as far as they are known.</summary>
    /// <param name="most">The maximum number of tasks.</param>
    public IReadOnlyList<string> PendingTasks(int most)
    {
        var all = Members is { } members ? Math.Min(most, members.Tasks.Count) : most;
        var tasks = new HashSet<string>(StringComparer.Ordinal);
        for (var n = 0; n < Total && tasks.Count < all; n++)
        {
            if (!HasEnded(n) && TaskOf(n) is { } task)
            {
                tasks.Add(task);
            }
        }

        return [.. tasks];
    }

    public BatchInfo ToInfo(Guid id) => new()
    {
        Id = id,
        Total = Total,
        Succeeded = Succeeded,
        Failed = Failed,
        Cancelled = Cancelled,
        CreatedAt = CreatedAt,
        FinishedAt = FinishedAt,
        Then = Followed,
        Errors = Errors,
        RequestedBy = RequestedBy,
        CancelledAt = CancelledAt,
        CancelledBy = CancelledBy,
    };
}
