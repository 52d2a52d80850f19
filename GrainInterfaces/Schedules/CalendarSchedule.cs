using Ical.Net;
using Ical.Net.DataTypes;
using NodaTime;

namespace OrleansTasks;

/// <summary>See <see cref="TaskSchedule.Calendar"/>. Reading the rule and its times are the Ical.Net library's.</summary>
/// <remarks>Source: RFC 5545, sections 3.3.10 (rule), 3.8.5.1 (excluded), 3.8.5.2 (further ones).</remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CalendarSchedule")]
public sealed record CalendarSchedule : TaskSchedule
{
    /// <summary>The greatest <c>COUNT</c> of a rule, and the greatest number of further and of excluded times: 10,000.</summary>
    public const int MaxCount = 10_000;

    [NonSerialized]
    private ZonedPattern? _pattern;

    [NonSerialized]
    private int _longestSearch;

    internal CalendarSchedule(string rule, DateTime? start, string? timeZone, IEnumerable<DateTime>? include, IEnumerable<DateTime>? exclude)
    {
        Rule = rule;
        TimeZone = timeZone;
        var zone = TimeZones.Get(timeZone);
        RuleStart = start is { } given ? LocalTime(zone, given) : null;
        Include = [.. (include ?? []).Select(t => LocalTime(zone, t))];
        Exclude = [.. (exclude ?? []).Select(t => LocalTime(zone, t))];
        Check();
    }

    /// <summary>The rule as it was given.</summary>
    [Id(0)]
    public string Rule { get; private init; }

    /// <summary>The local time from which it counts, to the second; null until the task is registered, unless given.</summary>
    [Id(1)]
    public DateTime? RuleStart { get; private init; }

    /// <summary>The IANA time zone id in which local times are read; null for UTC.</summary>
    [Id(2)]
    public string? TimeZone { get; private init; }

    /// <summary>Further local times.</summary>
    [Id(3)]
    public IReadOnlyList<DateTime> Include { get; private init; } = [];

    /// <summary>Local times that do not occur.</summary>
    [Id(4)]
    public IReadOnlyList<DateTime> Exclude { get; private init; } = [];

    /// <summary>
    /// What becomes of a local time that does not exist. Null, the default: <see cref="GapRule.FirstValid"/>, and nothing where the rule is
    /// <c>HOURLY</c> or more frequent.
    /// </summary>
    [Id(5)]
    public GapRule? Gap { get; private init; }

    /// <summary>When a local time is that comes twice. Null, the default: the first time, and both times where the rule is <c>HOURLY</c> or more frequent.</summary>
    [Id(6)]
    public OverlapRule? Overlap { get; private init; }

    /// <summary>The same with other rules for clock changes.</summary>
    /// <param name="gap">What becomes of a local time that does not exist; null for the default.</param>
    /// <param name="overlap">When a local time is that comes twice; null for the default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A value is none of the rules.</exception>
    public CalendarSchedule WhenClocksChange(GapRule? gap = null, OverlapRule? overlap = null)
    {
        var schedule = this with { Gap = gap, Overlap = overlap, _pattern = null };
        schedule.Check();
        return schedule;
    }

    /// <inheritdoc />
    public bool Equals(CalendarSchedule? other) => base.Equals(other) && Rule == other!.Rule && RuleStart == other.RuleStart && TimeZone == other.TimeZone
        && Gap == other.Gap && Overlap == other.Overlap && Include.SequenceEqual(other.Include) && Exclude.SequenceEqual(other.Exclude);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Rule, RuleStart, TimeZone, Gap, Overlap, Include.Count, Exclude.Count);

    /// <summary>Each step of a rule takes tens of microseconds. So many that a year is looked through in any case, and thirty where there is a step a day, or fewer.</summary>
    internal override int LongestSearch => _longestSearch == 0 ? _longestSearch = SearchOf(Parse(Rule)) : _longestSearch;

    internal override DateTimeZone? Zone => TimeZones.Get(TimeZone);

    internal override bool IsRelative => RuleStart is null;

    internal override void Check()
    {
        ClockRules.Check(Gap, Overlap);
        _ = TimeZones.Get(TimeZone);
        if (Include is null || Exclude is null || Include.Count > MaxCount || Exclude.Count > MaxCount)
        {
            throw Fault($"more than {MaxCount} further or excluded times");
        }

        if (RuleStart is null)
        {
            _ = Parse(Rule);
        }
        else if (Pattern.NextAfter(DateTimeOffset.MinValue) is null)
        {
            throw new InvalidTaskException(null, [$"The recurrence rule '{Rule}' never occurs."]);
        }
    }

    private ZonedPattern Pattern => _pattern ??= CreatePattern(RuleStart ?? throw new InvalidOperationException("This rule counts from its registration; Resolve says when that is."));

    private protected override PlannedInstant? Next(DateTimeOffset after) => Pattern.NextAfter(after);

    private protected override TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task, Func<string, BusinessCalendar?>? calendars) =>
        RuleStart is null ? this with { RuleStart = LocalTime(Zone!, registeredAt.UtcDateTime), _pattern = null } : this;

    private protected override string InWords() => $"by rule '{Rule}' in {TimeZone ?? "UTC"}";

    private ZonedPattern CreatePattern(DateTime start)
    {
        var rule = Parse(Rule);
        var zone = TimeZones.Get(TimeZone);
        DateTime? until = null;
        if (rule.Until is { } last)
        {
            until = !last.HasTime ? last.Value.Date.AddTicks(TimeSpan.TicksPerDay - 1) : last.IsUtc ? zone.ToLocal(new DateTimeOffset(last.AsUtc)).DateTime : last.Value;
            rule.Until = null;
        }

        return new ZonedPattern(new RulePattern(rule, start, until, Include, Exclude), zone, Gap, Overlap);
    }

    private static int SearchOf(RecurrenceRule rule)
    {
        const int Least = 400;
        const int Many = 11_000;
        var year = TimeSpan.FromDays(366);
        var step = rule.Frequency switch
        {
            FrequencyType.Secondly => TimeSpan.FromSeconds(1),
            FrequencyType.Minutely => TimeSpan.FromMinutes(1),
            FrequencyType.Hourly => TimeSpan.FromHours(1),
            FrequencyType.Daily => TimeSpan.FromDays(1),
            FrequencyType.Weekly => TimeSpan.FromDays(7),
            FrequencyType.Monthly => year / 12,
            _ => year,
        } * rule.Interval;

        // After 28 years dates and days of the week repeat.
        return (int)Math.Clamp(Math.Max(year / step, Math.Min(30 * year / step, Many)), Least, MostSteps);
    }

    private RecurrenceRule Parse(string rule)
    {
        var text = rule ?? "";
        text = text.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase) ? text["RRULE:".Length..] : text;
        if (text.Length is 0 or > 1000)
        {
            throw Fault($"it has {text.Length} characters; 1 to 1000 are allowed");
        }

        RecurrenceRule parsed;
        try
        {
            parsed = new RecurrenceRule(text);
        }
        catch (Exception e)
        {
            // The library has an exception of its own for each thing that it cannot read, an index that is out of range among them.
            throw Fault(e.Message.Split(" (Parameter", 2)[0].TrimEnd('.'));
        }

        if (parsed.Frequency == FrequencyType.Secondly && (parsed.ByHour.Count + parsed.ByDay.Count + parsed.ByMonthDay.Count + parsed.ByYearDay.Count + parsed.ByWeekNo.Count + parsed.ByMonth.Count) > 0)
        {
            throw Fault("FREQ=SECONDLY goes with BYSECOND and BYMINUTE only; say the same with FREQ=DAILY, BYHOUR, BYMINUTE and BYSECOND");
        }

        return parsed.Count is null or <= MaxCount ? parsed : throw Fault($"COUNT is {parsed.Count}; 1 to {MaxCount} are allowed");
    }

    private InvalidTaskException Fault(string what) => new(null, [$"The recurrence rule '{Rule}' is not valid: {what}."]);

    private static DateTime LocalTime(DateTimeZone zone, DateTime time)
    {
        var local = time.Kind == DateTimeKind.Unspecified ? time : zone.ToLocal(new DateTimeOffset(time.ToUniversalTime())).DateTime;
        return new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerSecond));
    }
}
