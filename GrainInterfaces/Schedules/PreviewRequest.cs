namespace OrleansTasks;

/// <summary>A change of a task's schedule, to be looked at before it is made.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PreviewRequest")]
public sealed record PreviewRequest
{
    /// <summary>The length of the period that is looked at, where no end is given: 90 days.</summary>
    public static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(90);

    /// <summary>The new schedule. Null: none.</summary>
    [Id(0)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>The first instant to look at. Null: the present one.</summary>
    [Id(1)]
    public DateTimeOffset? From { get; init; }

    /// <summary>The last instant to look at. Null: 90 days later.</summary>
    [Id(2)]
    public DateTimeOffset? To { get; init; }
}
