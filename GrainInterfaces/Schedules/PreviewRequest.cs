namespace OrleansTasks;

/// <summary>Requests the differences between a task's schedule and a new one, before the schedule is changed.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PreviewRequest")]
public sealed record PreviewRequest
{
    /// <summary>The length of the period if no end is given: 90 days.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(90);

    /// <summary>Gets the new schedule. Null compares with no schedule.</summary>
    [Id(0)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>Gets the first instant to look at. Null uses the present instant.</summary>
    [Id(1)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the last instant to look at. Null uses 90 days after the first.</summary>
    [Id(2)]
    public DateTimeOffset? To { get; init; }
}
