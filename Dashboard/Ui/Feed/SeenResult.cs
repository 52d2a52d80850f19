namespace OrleansTasks.Ui;

/// <summary>
/// Represents the main facts of a result that this server received. It is small, so that the feed can keep thousands of them.
/// </summary>
public sealed record SeenResult
{
    internal const int LongestText = 400;
    private const int LongestValue = 2000;

    /// <summary>Gets the number of the result on this server, from 1.</summary>
    public long Number { get; init; }

    /// <summary>Gets the run's id.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the final status of the run.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Gets the shortened error message; null if there is none.</summary>
    public string? Error { get; init; }

    /// <summary>Gets the value's JSON; null if there is none, or if it is too long to keep.</summary>
    public string? Value { get; init; }

    /// <summary>Gets the instant at which the last attempt started; null if none started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets the instant at which the run ended.</summary>
    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>Gets the number of results that were missed, if this is a gap.</summary>
    public long Missed { get; init; }

    /// <summary>Extracts the main facts of a result.</summary>
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
