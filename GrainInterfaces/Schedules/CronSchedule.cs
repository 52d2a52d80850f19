using NodaTime;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>
/// Represents a schedule with a cron expression. See <see cref="TaskSchedule.Cron(string, string?)"/>. The Cronos library parses the
/// expression and computes its times.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CronSchedule")]
public sealed record CronSchedule : TaskSchedule
{
    /// <summary>The maximum length of an expression: 1,000 characters.</summary>
    public const int MaxLength = 1000;

    [NonSerialized]
    private ZonedPattern? _pattern;

    /// <summary>Creates a schedule.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="timeZone">The zone.</param>
    /// <param name="gap">What happens to a local time that does not exist.</param>
    /// <param name="overlap">When a local time that occurs twice takes place.</param>
    /// <param name="days">How days of month and days of week are combined.</param>
    /// <param name="check">Whether it is validated. Stored schedules are not, because they were validated at their registration.</param>
    internal CronSchedule(string expression, string? timeZone, GapRule? gap = null, OverlapRule? overlap = null,
        CronDays days = CronDays.Both, bool check = true)
    {
        (Expression, TimeZone) = SplitZone(expression, timeZone, check);
        Gap = gap;
        Overlap = overlap;
        Days = days;
        if (check)
        {
            CheckNew();
        }
    }

    /// <summary>Gets the expression as it was given, without a prefix for the time zone.</summary>
    [Id(0)]
    public string Expression { get; private init; }

    /// <summary>Gets the IANA time zone id in which the fields are read. Null for UTC.</summary>
    [Id(1)]
    public string? TimeZone { get; private init; }

    /// <summary>
    /// Gets what happens to a local time that does not exist. Default: null, which means <see cref="GapRule.FirstValid"/> if the expression
    /// names times of the day. If its seconds, minutes or hours have <c>*</c>, a range or a step, it continues by elapsed time, and such
    /// times do not occur.
    /// </summary>
    [Id(2)]
    public GapRule? Gap { get; private init; }

    /// <summary>
    /// Gets what happens to a local time that comes twice. Default: null, which means <see cref="OverlapRule.First"/> if the expression
    /// names times of the day, and <see cref="OverlapRule.Both"/> if its seconds, minutes or hours have <c>*</c>, a range or a step.
    /// </summary>
    [Id(3)]
    public OverlapRule? Overlap { get; private init; }

    /// <summary>Gets how the expression combines days of the month and days of the week. Default: <see cref="CronDays.Both"/>.</summary>
    [Id(4)]
    public CronDays Days { get; private init; }

    /// <summary>Returns this schedule with other rules for clock changes.</summary>
    /// <param name="gap">What happens to a local time that does not exist. Null uses the default.</param>
    /// <param name="overlap">What happens to a local time that comes twice. Null uses the default.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A value is not a defined rule.</exception>
    public CronSchedule WhenClocksChange(GapRule? gap = null, OverlapRule? overlap = null)
    {
        var schedule = this with { Gap = gap, Overlap = overlap, _pattern = null };
        schedule.CheckNew();
        return schedule;
    }

    /// <inheritdoc />
    public bool Equals(CronSchedule? other) =>
        base.Equals(other) && Expression == other!.Expression && TimeZone == other.TimeZone && Gap == other.Gap && Overlap == other.Overlap
        && Days == other.Days;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Expression, TimeZone, Gap, Overlap, Days);

    internal override DateTimeZone? Zone => TimeZones.Get(TimeZone);

    internal override bool IsRelative => CronFields.HasHash(Expression);

    internal override void Check()
    {
        if (Expression is null)
        {
            throw new InvalidTaskException(null, ["The cron expression is missing. Give one, such as '0 9 * * MON-FRI'."]);
        }

        CronFields.CheckLength(Expression);
        ClockRules.Check(Gap, Overlap);
        if (!Enum.IsDefined(Days))
        {
            throw new InvalidTaskException(null, [EnumText.Fault("days", Days)]);
        }

        var pattern = IsRelative ? Parse(CronFields.Seed(Expression, "")) : Pattern;

        // The first year starts earlier in some zones.
        if (pattern.NextAfter(DateTimeOffset.UnixEpoch.AddDays(-2)) is null)
        {
            throw new InvalidTaskException(null, [$"The cron expression '{ShownText.Quote(Expression)}' never occurs. Use one that "
                + "occurs at least once."]);
        }
    }

    /// <summary>Gets what happens to a local time that does not exist: the chosen rule, or the default.</summary>
    internal GapRule? EffectiveGap => Gap ?? (Repeats ? null : GapRule.FirstValid);

    /// <summary>Gets when a local time that occurs twice takes place: the chosen rule, or the default.</summary>
    internal OverlapRule EffectiveOverlap => Overlap ?? (Repeats ? OverlapRule.Both : OverlapRule.First);

    private bool Repeats => CronFields.Repeats(CronFields.WithoutYear(CronFields.Split(Expression)));

    private ZonedPattern Pattern => _pattern ??= Parse(Expression);

    private protected override PlannedInstant? Next(DateTimeOffset after) => _pattern is null && IsRelative
        ? throw new InvalidOperationException($"The letter H in '{ShownText.Quote(Expression)}' depends on the task. Call Resolve first.")
        : Pattern.NextAfter(after);

    private protected override TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task,
        Func<string, BusinessCalendar?>? calendars) =>
        task is not null && IsRelative ? this with { Expression = CronFields.Seed(Expression, task), _pattern = null } : this;

    private protected override ScheduleWords InWords() =>
        CronWords.Describe(Expression, TimeZone ?? "UTC", Days) with { Clocks = ClockRules.InWords(Gap, Overlap) };

    /// <summary>Gets whether it specifies years, so that it ends.</summary>
    internal bool HasYears => CronFields.HasYear(Expression);

    private static (string Expression, string? TimeZone) SplitZone(string expression, string? timeZone, bool check)
    {
        try
        {
            return expression is null ? (expression!, timeZone) : CronZone.Split(expression, timeZone);
        }
        catch (InvalidTaskException) when (!check)
        {
            // A stored schedule can still be opened, and reports its fault when it is used.
            return (expression, timeZone);
        }
    }

    private ZonedPattern Parse(string expression) =>
        new(CronPattern.Parse(expression, Expression, Days), TimeZones.Get(TimeZone), Gap, Overlap);
}
