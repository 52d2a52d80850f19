namespace OrleansTasks.Schedules.Timing;

/// <summary>Says how often a recurrence rule repeats, from the shortest period to the longest.</summary>
internal enum RuleFrequency
{
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// <summary>Says what happens to a day that a month or a year does not have (RFC 7529, section 4.1).</summary>
internal enum RuleSkip
{
    /// <summary>The day is omitted.</summary>
    Omit,

    /// <summary>The last day before it is used.</summary>
    Backward,

    /// <summary>The first day after it is used.</summary>
    Forward,
}

/// <summary>Represents a weekday of <c>BYDAY</c>.</summary>
/// <param name="Day">The weekday.</param>
/// <param name="Ordinal">Its number in the month or year, negative from the end. Null: each one.</param>
internal readonly record struct RuleDay(DayOfWeek Day, int? Ordinal);

/// <summary>Represents the end of a rule: one of the three forms of <c>UNTIL</c>.</summary>
/// <param name="Time">The last time. If its kind is UTC, it is an instant, and otherwise a clock reading.</param>
internal readonly record struct RuleUntil(DateTime Time)
{
    public bool IsInstant => Time.Kind == DateTimeKind.Utc;
}

/// <summary>
/// Represents a recurrence rule of RFC 5545, section 3.3.10, as <see cref="RuleText"/> reads it. Lists are sorted and without duplicates.
/// Null means that a part was not given.
/// </summary>
internal sealed record RecurrenceRule
{
    public required RuleFrequency Frequency { get; init; }

    public int Interval { get; init; } = 1;

    public int? Count { get; init; }

    public RuleUntil? Until { get; init; }

    public int[]? BySecond { get; init; }

    public int[]? ByMinute { get; init; }

    public int[]? ByHour { get; init; }

    public RuleDay[]? ByDay { get; init; }

    public int[]? ByMonthDay { get; init; }

    public int[]? ByYearDay { get; init; }

    public int[]? ByWeekNo { get; init; }

    public int[]? ByMonth { get; init; }

    public int[]? BySetPos { get; init; }

    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;

    public RuleSkip Skip { get; init; }

    /// <summary>Gets whether it repeats within a day, by elapsed time.</summary>
    public bool RepeatsWithinDay => Frequency < RuleFrequency.Daily;
}
