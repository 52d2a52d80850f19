namespace OrleansTasks.Requests;

/// <summary>Represents the body of a request that previews a change of a schedule.</summary>
internal sealed record PreviewScheduleRequest
{
    /// <summary>Gets the new schedule; null for none.</summary>
    public TaskSchedule? Schedule { get; init; }

    /// <summary>Gets the start of the preview; null for now.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the end of the preview; null for 90 days after the start.</summary>
    public DateTimeOffset? To { get; init; }
}
