using NodaTime;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Represents a schedule with a recurrence rule of RFC 5545. See <see cref="TaskSchedule.Calendar"/>.</summary>
/// <remarks>
/// Source: RFC 5545, sections 3.3.10 (rule), 3.8.5.1 (excluded times), 3.8.5.2 (further times); RFC 7529, section 4.1 (<c>SKIP</c>). A
/// schedule that an earlier version stored and this version does not accept can still be loaded. Computing its occurrences throws, so
/// nothing fires, and its description says why.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CalendarSchedule")]
public sealed record CalendarSchedule : TaskSchedule
{
    /// <summary>The maximum <c>COUNT</c> of a rule, and the maximum number of further and of excluded times: 10,000.</summary>
    public const int MaxCount = RuleText.MaxCount;

    [NonSerialized]
    private RuleInstants? _pattern;

    /// <summary>Creates a schedule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="start">The start from which it counts. If its kind is UTC or local, it is an instant.</param>
    /// <param name="timeZone">The zone.</param>
    /// <param name="include">Additional times.</param>
    /// <param name="exclude">Times that do not occur.</param>
    /// <param name="gap">What happens to a local time that does not exist.</param>
    /// <param name="overlap">When a local time that occurs twice takes place.</param>
    /// <param name="check">Whether it is validated. Stored schedules are not, because they were validated at their registration.</param>
    internal CalendarSchedule(
        string rule, DateTime? start, string? timeZone, IEnumerable<DateTime>? include, IEnumerable<DateTime>? exclude, GapRule? gap = null,
        OverlapRule? overlap = null, bool check = true)
    {
        Rule = rule;
        TimeZone = timeZone;
        Gap = gap;
        Overlap = overlap;
        RuleStart = start is { } given ? WholeSecond(given) : null;
        Include = [.. (include ?? []).Select(WholeSecond)];
        Exclude = [.. (exclude ?? []).Select(WholeSecond)];
        if (check)
        {
            CheckNew();
        }
    }

    /// <summary>Gets the rule, as it was given.</summary>
    [Id(0)]
    public string Rule { get; private init; }

    /// <summary>
    /// Gets the start from which the rule counts, to the second: a local time, or an instant if its kind is UTC. Null until the task is
    /// registered, unless it was given.
    /// </summary>
    [Id(1)]
    public DateTime? RuleStart { get; private init; }

    /// <summary>Gets the IANA time zone id in which local times are read. Null for UTC.</summary>
    [Id(2)]
    public string? TimeZone { get; private init; }

    /// <summary>Gets further times: local times, or instants if their kind is UTC.</summary>
    [Id(3)]
    public IReadOnlyList<DateTime> Include { get; private init; } = [];

    /// <summary>
    /// Gets excluded times. A local time excludes everything planned for it, including both occurrences of a time that comes twice. A time
    /// of kind UTC excludes that instant.
    /// </summary>
    [Id(4)]
    public IReadOnlyList<DateTime> Exclude { get; private init; } = [];

    /// <summary>
    /// Gets what happens to a local time that does not exist. Default: null, which means <see cref="GapRule.FirstValid"/>, or nothing if
    /// the rule is <c>HOURLY</c> or more frequent.
    /// </summary>
    [Id(5)]
    public GapRule? Gap { get; private init; }

    /// <summary>
    /// Gets what happens to a local time that comes twice. Default: null, which means the first time, or both times if the rule is
    /// <c>HOURLY</c> or more frequent.
    /// </summary>
    [Id(6)]
    public OverlapRule? Overlap { get; private init; }

    /// <summary>Returns this schedule with other rules for clock changes.</summary>
    /// <param name="gap">What happens to a local time that does not exist. Null uses the default.</param>
    /// <param name="overlap">What happens to a local time that comes twice. Null uses the default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A value is not a defined rule.</exception>
    public CalendarSchedule WhenClocksChange(GapRule? gap = null, OverlapRule? overlap = null)
    {
        var schedule = this with { Gap = gap, Overlap = overlap, _pattern = null };
        schedule.CheckNew();
        return schedule;
    }

    /// <inheritdoc />
    public bool Equals(CalendarSchedule? other) =>
        base.Equals(other) && Rule == other!.Rule && TimeZone == other.TimeZone && Gap == other.Gap && Overlap == other.Overlap
        && RuleStart?.ToBinary() == other.RuleStart?.ToBinary() && AreSame(Include, other.Include) && AreSame(Exclude, other.Exclude);

    /// <inheritdoc />
    public override int GetHashCode() =>
        HashCode.Combine(base.GetHashCode(), Rule, RuleStart, TimeZone, Gap, Overlap, Include.Count, Exclude.Count);

    internal override DateTimeZone? Zone => TimeZones.Get(TimeZone);

    internal override bool IsRelative => RuleStart is null;

    internal override void Check()
    {
        ClockRules.Check(Gap, Overlap);
        _ = TimeZones.Get(TimeZone);
        if (Include is null || Exclude is null || Include.Count > MaxCount || Exclude.Count > MaxCount)
        {
            throw Fault($"it has {Include?.Count ?? 0} further and "
                + $"{Exclude?.Count ?? 0} excluded times; 0 to {MaxCount} of each are allowed");
        }

        var rule = Parse();
        if (RuleStart is { } start && InstantsOf(rule, start).NextAfter(DateTimeOffset.MinValue) is null)
        {
            throw new InvalidTaskException(null, [$"The recurrence rule '{Shown}' never "
                + $"occurs{(start.Year >= 2500 ? " before the year 2500" : "")}. Use one "
                + "that occurs at least once."]);
        }
    }

    private protected override PlannedInstant? Next(DateTimeOffset after)
    {
        // An earlier version may have accepted the rule and run it at other times than it says. It is better not to run than to run at a
        // wrong time.
        _pattern ??= InstantsOf(Parse(), RuleStart ?? throw new InvalidOperationException($"The recurrence rule '{Shown}' counts "
            + "from its registration time. Call Resolve first."));
        return _pattern.NextAfter(after);
    }

    private protected override TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task,
        Func<string, BusinessCalendar?>? calendars) =>
        RuleStart is null ? this with { RuleStart = WholeSecond(registeredAt.UtcDateTime), _pattern = null } : this;

    private protected override ScheduleWords InWords()
    {
        try
        {
            var words = RuleWords.Describe(Parse(), Reading(RuleStart), TimeZone ?? "UTC", Include.Count, Exclude.Count);
            return words with { Clocks = ClockRules.InWords(Gap, Overlap) };
        }
        catch (InvalidTaskException e)
        {
            return new ScheduleWords($"never: {e.Message.TrimEnd('.')}");
        }
    }

    private DateTime? Reading(DateTime? time) =>
        time is { Kind: DateTimeKind.Utc } instant ? TimeZones.Get(TimeZone).ToLocal(new DateTimeOffset(instant)).DateTime : time;

    private RuleInstants InstantsOf(RecurrenceRule rule, DateTime start) =>
        new(rule, start, TimeZones.Get(TimeZone), Gap, Overlap, Include, Exclude);

    private RecurrenceRule Parse()
    {
        try
        {
            return RuleText.Parse(Rule);
        }
        catch (FormatException e)
        {
            throw Fault(e.Message);
        }
    }

    private InvalidTaskException Fault(string what) => new(null, [$"The recurrence rule '{Shown}' is not valid: {what}."]);

    private string Shown => ShownText.Of(Rule, 200);

    /// <summary>
    /// Truncates a time to whole seconds, which is the precision of rules. An instant of any kind becomes one of kind UTC.
    /// </summary>
    private static DateTime WholeSecond(DateTime time)
    {
        var whole = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
        return whole.Kind == DateTimeKind.Local ? whole.ToUniversalTime() : whole;
    }

    // The platform considers times of different kinds equal, but they differ here.
    private static bool AreSame(IReadOnlyList<DateTime> one, IReadOnlyList<DateTime> other) =>
        one.Select(t => t.ToBinary()).SequenceEqual(other.Select(t => t.ToBinary()));
}
