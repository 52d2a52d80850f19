namespace OrleansTasks.Schedules.Timing;

/// <summary>Converts the times of a recurrence rule to a box. Pure.</summary>
internal static class RuleBox
{
    /// <summary>Returns a box for a rule, or null if none can be determined.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="start">The start from which it counts, as a clock reading.</param>
    /// <param name="all">
    /// Whether the box must contain all times of the rule, and may contain others. Otherwise it contains no others from the start on.
    /// </param>
    public static TimeBox? Of(RecurrenceRule rule, DateTime start, bool all)
    {
        if (rule.Frequency > RuleFrequency.Daily)
        {
            return all ? TimeBox.All : null;
        }

        var isWhole =
            rule is { Interval: 1, Count: null, Until: null, ByYearDay: null, ByWeekNo: null, BySetPos: null, Skip: RuleSkip.Omit }
            && rule.ByMonthDay?.Any(d => d < 0) != true && rule.ByDay?.Any(d => d.Ordinal is not null) != true;
        if (!isWhole && !all)
        {
            return null;
        }

        return new TimeBox(
            Set(rule.BySecond) ?? (rule.Frequency > RuleFrequency.Secondly ? 1UL << start.Second : TimeBox.AllSeconds),
            Set(rule.ByMinute) ?? (rule.Frequency > RuleFrequency.Minutely ? 1UL << start.Minute : TimeBox.AllMinutes),
            Set(rule.ByHour) ?? (rule.Frequency > RuleFrequency.Hourly ? 1UL << start.Hour : TimeBox.AllHours),
            rule.ByMonthDay is { } days && !days.Any(d => d < 0) ? Set(days)!.Value : TimeBox.AllMonthDays,
            Set(rule.ByMonth) ?? TimeBox.AllMonths,
            rule.ByDay?.Aggregate(0UL, (set, d) => set | (1UL << (int)d.Day)) ?? TimeBox.AllWeekdays);
    }

    private static ulong? Set(int[]? numbers) => numbers?.Aggregate(0UL, (set, n) => set | (1UL << n));
}
