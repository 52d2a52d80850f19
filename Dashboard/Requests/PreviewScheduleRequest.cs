namespace OrleansTasks.Requests;

/// <summary>The body of a request to preview a change of a schedule.</summary>
internal sealed record PreviewScheduleRequest
{
    /// <summary>The new schedule; null for none.</summary>
    public TaskSchedule? Schedule { get; init; }

    /// <summary>The first instant to look at; null for the present one.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The last instant to look at; null for 90 days later.</summary>
    public DateTimeOffset? To { get; init; }
}
