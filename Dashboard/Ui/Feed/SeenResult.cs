namespace OrleansTasks.Ui;

/// <summary>What is kept of a result that went by: little, so that thousands of them can be kept.</summary>
public sealed record SeenResult
{
    internal const int LongestText = 400;
    private const int LongestValue = 2000;

    /// <summary>The number of this line in what this server saw, from 1.</summary>
    public long Number { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>What the run came to.</summary>
    public RunStatus Status { get; init; }

    /// <summary>The error, shortened; null if there was none.</summary>
    public string? Error { get; init; }

    /// <summary>The value's JSON; null if there is none, or if it is long.</summary>
    public string? Value { get; init; }

    /// <summary>When the last attempt began; null if none did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run ended.</summary>
    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>How many results were missed, in a gap.</summary>
    public long Missed { get; init; }

    /// <summary>What is kept of a result.</summary>
    public static SeenResult Of(TaskResult result, long number) => new()
    {
        Number = number,
        RunId = result.RunId,
        Status = result.Status,
        Error = result.Error is { Length: > LongestText } error ? error[..LongestText] + "…" : result.Error,
        Value = result.HasValue && result.Value?.GetRawText() is { Length: <= LongestValue } value ? value : null,
        StartedAt = result.StartedAt,
        FinishedAt = result.FinishedAt,
        Missed = result.Missed,
    };
}
