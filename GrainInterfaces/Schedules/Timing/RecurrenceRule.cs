namespace OrleansTasks.Schedules.Timing;

/// <summary>How often a recurrence rule repeats, from the shortest period to the longest.</summary>
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

/// <summary>What becomes of a day that a month or a year does not have (RFC 7529, section 4.1).</summary>
internal enum RuleSkip
{
    /// <summary>It does not occur.</summary>
    Omit,

    /// <summary>It occurs on the last day before.</summary>
    Backward,

    /// <summary>It occurs on the first day after.</summary>
    Forward,
}

/// <summary>A weekday of <c>BYDAY</c>.</summary>
/// <param name="Day">The weekday.</param>
/// <param name="Ordinal">Which one in the month or year, negative from its end; null: each.</param>
internal readonly record struct RuleDay(DayOfWeek Day, int? Ordinal);

/// <summary>The end of a rule: one of the three forms of <c>UNTIL</c>.</summary>
/// <param name="Time">The last time; of kind UTC if it is an instant, and a reading of the clock otherwise.</param>
internal readonly record struct RuleUntil(DateTime Time)
{
    public bool IsInstant => Time.Kind == DateTimeKind.Utc;
}

/// <summary>A recurrence rule of RFC 5545, section 3.3.10, as <see cref="RuleText"/> reads it. Lists are sorted and have no value twice; null is a part that was not given.</summary>
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

    /// <summary>Whether it goes on within a day, by elapsed time.</summary>
    public bool RepeatsWithinDay => Frequency < RuleFrequency.Daily;
}
