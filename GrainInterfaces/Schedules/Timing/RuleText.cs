using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Parses the text of a recurrence rule. It ignores nothing: an unknown part, a repeated part, an empty value, and a number out of range
/// are errors.
/// </summary>
/// <remarks>Source: RFC 5545, section 3.3.10; RFC 7529, section 4.1, for <c>RSCALE</c> and <c>SKIP</c>.</remarks>
internal static class RuleText
{
    /// <summary>The maximum length, without <c>RRULE:</c>: 1,000 characters.</summary>
    public const int MaxLength = 1000;

    /// <summary>The maximum <c>COUNT</c>: 10,000.</summary>
    public const int MaxCount = 10_000;

    private const string Prefix = "RRULE:";

    private const string KnownParts =
        "FREQ, INTERVAL, COUNT, UNTIL, BYSECOND, BYMINUTE, BYHOUR, BYDAY, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYMONTH, BYSETPOS, WKST, "
            + "RSCALE and SKIP";

    private static readonly string[] DayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    public static string NameOf(DayOfWeek day) => DayNames[(int)day];

    /// <summary>Parses a rule.</summary>
    /// <param name="text">The rule, with or without <c>RRULE:</c>.</param>
    /// <exception cref="FormatException">
    /// The text is not a valid rule. The message says which part is wrong and why, without a full stop.
    /// </exception>
    public static RecurrenceRule Parse(string? text)
    {
        text ??= "";
        var body = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        if (body.Length is 0 or > MaxLength)
        {
            throw new FormatException($"it has {body.Length} characters; 1 to {MaxLength} are allowed");
        }

        var rule = Read(PartsOf(body));
        return RuleTable.Fault(rule) is { } fault ? throw new FormatException(fault) : rule;
    }

    private static Dictionary<string, string> PartsOf(string body)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in body.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (part.Length == 0)
            {
                throw new FormatException("it has an empty part; write one semicolon between parts, and none at the end");
            }

            if (equals <= 0)
            {
                throw new FormatException($"'{Shown(part)}' is not a part of a rule; write parts as NAME=VALUE");
            }

            // Names and values of a rule are case-insensitive.
            var (name, value) = (part[..equals].ToUpperInvariant(), part[(equals + 1)..]);
            if (!IsKnown(name))
            {
                throw new FormatException(UnknownFault(name));
            }

            if (value.Length == 0)
            {
                throw new FormatException($"{name} has no value; write {name}=VALUE");
            }

            if (!parts.TryAdd(name, value))
            {
                throw new FormatException($"{name} is given twice; give it once");
            }
        }

        return parts;
    }

    private static RecurrenceRule Read(Dictionary<string, string> parts) => new()
    {
        Frequency = FrequencyOf(parts),
        Interval = IntervalOf(parts),
        Count = parts.TryGetValue("COUNT", out var count) ? NumberOf("COUNT", count, 1, MaxCount) : null,
        Until = parts.TryGetValue("UNTIL", out var until) ? UntilOf(until) : null,
        BySecond = NumbersOf(parts, "BYSECOND", 0, 59),
        ByMinute = NumbersOf(parts, "BYMINUTE", 0, 59),
        ByHour = NumbersOf(parts, "BYHOUR", 0, 23),
        ByDay = parts.TryGetValue("BYDAY", out var days) ? [.. days.Split(',').Select(DayOf).Distinct()] : null,
        ByMonthDay = NumbersOf(parts, "BYMONTHDAY", 1, 31, signed: true),
        ByYearDay = NumbersOf(parts, "BYYEARDAY", 1, 366, signed: true),
        ByWeekNo = NumbersOf(parts, "BYWEEKNO", 1, 53, signed: true),
        ByMonth = NumbersOf(parts, "BYMONTH", 1, 12),
        BySetPos = NumbersOf(parts, "BYSETPOS", 1, 366, signed: true),
        WeekStart = parts.TryGetValue("WKST", out var first) ? WeekdayOf("WKST", first, first) : DayOfWeek.Monday,
        Skip = SkipOf(parts),
    };

    private static RuleFrequency FrequencyOf(Dictionary<string, string> parts)
    {
        if (!parts.TryGetValue("FREQ", out var text))
        {
            throw new FormatException("FREQ is missing; it sets how often the rule repeats, such as FREQ=WEEKLY");
        }

        foreach (var frequency in Enum.GetValues<RuleFrequency>())
        {
            if (text.Equals(frequency.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return frequency;
            }
        }

        throw new FormatException($"FREQ is '{Shown(text)}'; SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY are known");
    }

    private static int IntervalOf(Dictionary<string, string> parts)
    {
        if (!parts.TryGetValue("INTERVAL", out var text))
        {
            return 1;
        }

        var (most, words) = RuleTable.IntervalsOf(FrequencyOf(parts));
        return NumberOf("INTERVAL", text, 1, most, allowed: words);
    }

    private static RuleSkip SkipOf(Dictionary<string, string> parts)
    {
        var hasScale = parts.TryGetValue("RSCALE", out var scale);
        if (hasScale && !"GREGORIAN".Equals(scale, StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"RSCALE is '{Shown(scale!)}'; only GREGORIAN is known");
        }

        if (!parts.TryGetValue("SKIP", out var text))
        {
            return RuleSkip.Omit;
        }

        if (!hasScale)
        {
            throw new FormatException($"SKIP is '{Shown(text)}' without RSCALE; add RSCALE=GREGORIAN (RFC 7529, section 4.1)");
        }

        return text.ToUpperInvariant() switch
        {
            "OMIT" => RuleSkip.Omit,
            "BACKWARD" => RuleSkip.Backward,
            "FORWARD" => RuleSkip.Forward,
            _ => throw new FormatException($"SKIP is '{Shown(text)}'; OMIT, BACKWARD and FORWARD are known"),
        };
    }

    private static RuleUntil UntilOf(string text)
    {
        const DateTimeStyles Style = DateTimeStyles.None;
        var given = text;
        text = text.ToUpperInvariant();
        if (DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, Style, out var day))
        {
            // The whole day is included.
            return new RuleUntil(day.AddTicks(TimeSpan.TicksPerDay - 1));
        }

        if (DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, Style, out var local))
        {
            return new RuleUntil(local);
        }

        return DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, Style, out var instant)
            ? new RuleUntil(DateTime.SpecifyKind(instant, DateTimeKind.Utc))
            : throw new FormatException(
                $"UNTIL is '{Shown(given)}'; it is a day such as 20301231, a local time such as 20301231T090000, or an instant such as "
                    + "20301231T080000Z");
    }

    private static RuleDay DayOf(string text)
    {
        var name = text.Length >= 2 ? text[^2..] : text;
        var ordinal = text[..^name.Length];
        var day = WeekdayOf("BYDAY", name, text);
        return ordinal.Length == 0
            ? new RuleDay(day, null)
            : new RuleDay(day, NumberOf("BYDAY", ordinal, 1, 53, signed: true, shown: text));
    }

    private static DayOfWeek WeekdayOf(string part, string name, string shown) =>
        Array.IndexOf(DayNames, name.ToUpperInvariant()) is >= 0 and var day
        ? (DayOfWeek)day
        : throw new FormatException($"{part} has '{Shown(shown)}', which is not a weekday; MO, TU, WE, TH, FR, SA and SU are "
            + $"known{(part == "BYDAY" ? ", and with a number before it, such as -1FR, one of them in a month or year" : "")}");

    private static int[]? NumbersOf(Dictionary<string, string> parts, string part, int least, int most, bool signed = false) =>
        parts.TryGetValue(part, out var text)
            ? [.. text.Split(',').Select(t => NumberOf(part, t, least, most, signed)).Distinct().Order()]
            : null;

    private static int NumberOf(string part, string text, int least, int most, bool signed = false, string? shown = null,
        string? allowed = null)
    {
        var hasSign = signed && text.Length > 0 && text[0] is '-' or '+';
        var digits = hasSign ? text[1..] : text;
        if (digits.Length is 0 or > 10 || digits.AsSpan().ContainsAnyExceptInRange('0', '9')
            || long.Parse(digits, CultureInfo.InvariantCulture) is var number && (number < least || number > most))
        {
            allowed ??= (signed ? $"{least} to {most} and -{most} to -{least}" : $"{least} to {most}") + " are allowed";
            throw new FormatException((shown ?? text).Length == 0 ? $"{part} has an empty value; {allowed}" : $"{part} is "
                + $"{Shown(shown ?? text)}; {allowed}");
        }

        return hasSign && text[0] == '-' ? -(int)number : (int)number;
    }

    private static bool IsKnown(string name) =>
        name is "FREQ" or "INTERVAL" or "COUNT" or "UNTIL" or "BYSECOND" or "BYMINUTE" or "BYHOUR" or "BYDAY" or "BYMONTHDAY" or "BYYEARDAY"
            or "BYWEEKNO" or "BYMONTH"
        or "BYSETPOS" or "WKST" or "RSCALE" or "SKIP";

    private static string UnknownFault(string name) => name switch
    {
        _ when name.StartsWith("DTSTART", StringComparison.Ordinal) => "DTSTART is not a part of a rule; set start and timeZone instead",
        _ when name.StartsWith("TZID", StringComparison.Ordinal) => "TZID is not a part of a rule; set timeZone instead",
        "BYEASTER" => "BYEASTER is not known; give the days as rdates",
        _ => $"the part '{Shown(name)}' is not known; known are {KnownParts}",
    };

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
