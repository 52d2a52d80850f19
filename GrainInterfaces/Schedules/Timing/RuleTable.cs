using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Decides which parts of a recurrence rule can be combined: the table of RFC 5545, section 3.3.10, the sentences around it, and RFC 7529.
/// Pure.
/// </summary>
internal static class RuleTable
{
    // The longest period is a hundred years, as for other schedules.
    private const long MaxDays = 36_525;

    /// <summary>Returns the fault of a combination of parts, without a full stop, or null if there is none.</summary>
    public static string? Fault(RecurrenceRule rule) =>
        EndFault(rule) ?? PartFault(rule) ?? OrdinalFault(rule) ?? PositionFault(rule) ?? SkipFault(rule);

    /// <summary>Returns the longest interval of a frequency, and a description of the allowed ones.</summary>
    public static (int Most, string Words) IntervalsOf(RuleFrequency frequency)
    {
        var (most, years) = MaxIntervalOf(frequency) is var longest and <= int.MaxValue ? ((int)longest, 100) : (int.MaxValue, 68);
        return (most,
            string.Create(CultureInfo.InvariantCulture, $"with {NameOf(frequency)} 1 to {most} are allowed, which is {years} years"));
    }

    private static string? EndFault(RecurrenceRule rule) =>
        rule is { Count: not null, Until: not null } ? "it has both COUNT and UNTIL; only one of them can end a rule" : null;

    /// <summary>Implements the cells of the table that say "N/A".</summary>
    private static string? PartFault(RecurrenceRule rule) => rule.Frequency switch
    {
        not RuleFrequency.Yearly when rule.ByWeekNo is not null => NotWithFault("BYWEEKNO", rule, "only FREQ=YEARLY has weeks with "
            + "numbers"),
        RuleFrequency.Daily when rule.ByYearDay is not null => NotWithFault("BYYEARDAY", rule, "use FREQ=YEARLY"),
        RuleFrequency.Weekly when rule.ByYearDay is not null => NotWithFault("BYYEARDAY", rule, "use FREQ=YEARLY"),
        RuleFrequency.Monthly when rule.ByYearDay is not null => NotWithFault("BYYEARDAY", rule, "use FREQ=YEARLY"),
        RuleFrequency.Weekly when rule.ByMonthDay is not null => NotWithFault("BYMONTHDAY", rule, "use FREQ=MONTHLY, with BYDAY if it "
            + "has to be a certain weekday too"),
        _ => null,
    };

    private static string? OrdinalFault(RecurrenceRule rule)
    {
        if (rule.ByDay?.FirstOrDefault(d => d.Ordinal is not null) is not { Ordinal: { } ordinal } day)
        {
            return null;
        }

        var text = $"{ordinal}{RuleText.NameOf(day.Day)}";
        if (rule.Frequency is not (RuleFrequency.Monthly or RuleFrequency.Yearly))
        {
            return $"BYDAY={text} has a number, which goes with FREQ=MONTHLY and FREQ=YEARLY only, not with {NameOf(rule.Frequency)}; "
                + "leave the number out";
        }

        if (rule.ByWeekNo is not null)
        {
            return $"BYDAY={text} has a number, which does not go with BYWEEKNO: a week has each weekday once; leave the number out";
        }

        var inMonth = rule.Frequency == RuleFrequency.Monthly || rule.ByMonth is not null;
        return inMonth && rule.ByDay.FirstOrDefault(d => d.Ordinal is < -5 or > 5) is { Ordinal: { } tooMany } far
            ? $"BYDAY={tooMany}{RuleText.NameOf(far.Day)} never occurs: a month has each weekday at most 5 times"
            : null;
    }

    private static string? PositionFault(RecurrenceRule rule) =>
        rule.BySetPos is not null
            && rule is { BySecond: null, ByMinute: null, ByHour: null, ByDay: null }
            && rule is { ByMonthDay: null, ByYearDay: null, ByWeekNo: null, ByMonth: null }
            ? $"BYSETPOS={string.Join(",", rule.BySetPos)} is the only BY part; it chooses among the times of another one, such as BYDAY"
            : null;

    private static string? SkipFault(RecurrenceRule rule) =>
        rule.Skip != RuleSkip.Omit && rule.Frequency is not (RuleFrequency.Monthly or RuleFrequency.Yearly)
            ? $"SKIP={rule.Skip.ToString().ToUpperInvariant()} goes with FREQ=MONTHLY and FREQ=YEARLY only, not with "
                + $"{NameOf(rule.Frequency)}, which has no days that do not exist; leave SKIP out"
            : null;

    private static string NotWithFault(string part, RecurrenceRule rule, string instead) => $"{part} does not go with "
        + $"{NameOf(rule.Frequency)} (RFC 5545, section 3.3.10); {instead}";

    private static string NameOf(RuleFrequency frequency) => "FREQ=" + frequency.ToString().ToUpperInvariant();

    private static long MaxIntervalOf(RuleFrequency frequency) => frequency switch
    {
        RuleFrequency.Secondly => MaxDays * 86_400,
        RuleFrequency.Minutely => MaxDays * 1_440,
        RuleFrequency.Hourly => MaxDays * 24,
        RuleFrequency.Daily => MaxDays,
        RuleFrequency.Weekly => MaxDays / 7,
        RuleFrequency.Monthly => 1_200,
        _ => 100,
    };
}
