using System.Text.Json.Serialization;
using OrleansTasks.Telemetry;
using OrleansTasks.Text;

namespace OrleansTasks.Batches;

/// <summary>A batch and what its runs came to. Immutable; pure.</summary>
internal sealed record BatchState
{
    public const int MaxErrors = 10;
    private const int MaxError = 1000;

    /// <summary>The runs, until all of them are stored.</summary>
    public IReadOnlyList<BatchItem>? Items { get; init; }

    /// <summary>The tasks of the runs, once all of these are stored; null before, and in a batch whose runs were stored by an earlier version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BatchMembers? Members { get; init; }

    public int Total { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int Cancelled { get; init; }

    /// <summary>A bit for each run that has ended.</summary>
    public byte[] Ended { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Continuation? Then { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? Followed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }

    /// <summary>The span that asked for it, to which its runs are linked; null if nobody listened.</summary>
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

    /// <summary>Whether the run that is to follow a batch like this one is made. One that was cancelled has not succeeded, whatever its runs came to.</summary>
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

    /// <summary>The same with the end of a run, which counts once.</summary>
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

    /// <summary>The same, cancelled: the first time counts. One of which all runs have ended stays as it is.</summary>
    public BatchState Cancel(DateTimeOffset now, string? by) =>
        BatchLifecycle.Next(BatchLifecycle.Of(this), BatchEvent.Cancel) is null ? this : this with { CancelledAt = now, CancelledBy = by };

    /// <summary>The same when nothing is left to be stored: what remains of the runs are their tasks.</summary>
    public BatchState WithoutItems() => Items is null ? this : this with { Items = null, Members = BatchMembers.Of(Items) };

    /// <summary>The same when it is over.</summary>
    /// <exception cref="InvalidOperationException">Not all of its runs have ended, or it is over.</exception>
    public BatchState Finish(DateTimeOffset now) => BatchLifecycle.Next(BatchLifecycle.Of(this), BatchEvent.Finish) is null
        ? throw new InvalidOperationException($"The batch is {BatchLifecycle.Of(this)}, after which {BatchEvent.Finish} cannot happen.")
        : WithoutItems() with { FinishedAt = now };

    /// <summary>The task of a run; null if an earlier version has not kept it.</summary>
    public string? TaskOf(int index) => Items?[index].Task ?? Members?.TaskOf(index);

    /// <summary>The tasks of the runs that have not ended, as far as they are known.</summary>
    /// <param name="most">How many at most.</param>
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
