using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>A batch and what its runs came to. Immutable; pure.</summary>
internal sealed record BatchState
{
    public const int MaxErrors = 10;

    /// <summary>The runs, until all of them are stored.</summary>
    public IReadOnlyList<BatchItem>? Items { get; init; }

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

    public IReadOnlyList<string> Errors { get; init; } = [];

    [JsonIgnore]
    public bool AllEnded => Succeeded + Failed + Cancelled == Total;

    /// <summary>Whether the run that is to follow a batch like this one is made.</summary>
    [JsonIgnore]
    public bool IsFollowed => Then is { } then && then.On switch
    {
        ContinuationTrigger.Succeeded => Succeeded == Total,
        ContinuationTrigger.Failed => Succeeded < Total,
        _ => true,
    };

    public static BatchState Of(BatchRequest request, DateTimeOffset now, string? by) => new()
    {
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
        if (index < 0 || index >= Total || HasEnded(index))
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
            Errors = error is null || Errors.Count >= MaxErrors ? Errors : [.. Errors, error],
        };
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
    };
}
