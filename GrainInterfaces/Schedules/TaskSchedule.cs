using System.Text.Json.Serialization;
using NodaTime;
using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Represents the times at which a task runs: an immutable value that computes the next occurrence after any instant.</summary>
/// <remarks>
/// Occurrences depend only on the schedule, never on when a run started or ended, so they do not drift. In JSON:
/// <c>{"every":"00:00:01"}</c>, <c>{"cron":"0 9 * * MON-FRI","timeZone":"Europe/Berlin"}</c>, <c>{"at":"…"}</c>,
/// <c>{"after":"00:00:05"}</c>, <c>{"rrule":"FREQ=MONTHLY;BYDAY=-1FR","start":"…","timeZone":"…"}</c>, <c>{"any":[…],"except":[…]}</c>;
/// each optionally with <c>start</c>, <c>end</c>, <c>maxRuns</c>, <c>calendar</c>, <c>closedDays</c> and <c>jitter</c>.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskSchedule")]
[JsonConverter(typeof(TaskScheduleJsonConverter))]
public abstract partial record TaskSchedule
{
    /// <summary>The minimum period of a schedule: one millisecond.</summary>
    public static readonly TimeSpan MinimumPeriod = TimeSpan.FromMilliseconds(1);

    private protected const int MostSteps = 1_000_000;

    // Stepping over a few dropped instants is faster than a search for the instant that follows them.
    private const int StepsBeforeSkipping = 50;

    /// <summary>Gets the number of consecutive dropped or excluded instants after which the search assumes that none follows.</summary>
    internal virtual int LongestSearch => MostSteps;

    private protected TaskSchedule()
    {
    }

    /// <summary>Creates a schedule with a fixed interval, on a fixed grid: anchor + interval, anchor + 2 × interval, and so on.</summary>
    /// <param name="interval">The period, at least <see cref="MinimumPeriod"/>.</param>
    /// <param name="anchor">An instant on the grid, which may be in the past. Null uses the instant of registration.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The interval is less than a millisecond or more than 100 years.</exception>
    public static TaskSchedule Every(TimeSpan interval, DateTimeOffset? anchor = null) => new EverySchedule(interval, anchor);

    /// <summary>
    /// Creates a schedule with a cron expression of five fields (minute, hour, day of month, month, day of week), six (seconds first) or
    /// seven (seconds first, year last).
    /// </summary>
    /// <param name="expression">The expression, or a macro such as <c>@hourly</c>; 1 to 1,000 characters. It may have <c>L</c>, <c>W</c>
    /// and <c>#</c>, also in lists, and <c>H</c>, a number that depends on the task's name: <c>H H * * *</c> is once a day, at a different
    /// time for each task. It may begin with the time zone: <c>CRON_TZ=Europe/Amsterdam 0 9 * * *</c>, or <c>TZ=</c>. Range of years: 1970
    /// to 2499.</param>
    /// <param name="timeZone">An IANA time zone id. It must match the one in the expression, if there is one. Null uses that of the
    /// expression, or else UTC.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The expression or the zone is not valid. The message gives the position.</exception>
    public static CronSchedule Cron(string expression, string? timeZone = null) => new(expression, timeZone);

    /// <summary>Creates a schedule with a cron expression that combines days of the month and days of the week as given.</summary>
    /// <param name="expression">The expression, as for <see cref="Cron(string, string?)"/>.</param>
    /// <param name="timeZone">The time zone, as for <see cref="Cron(string, string?)"/>.</param>
    /// <param name="days">How the days are combined. <see cref="CronDays.Either"/> is the meaning in Vixie cron: <c>0 9 1 * MON</c> is on
    /// day 1 and on every Monday.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The expression, the zone or the choice is not valid. The message gives the
    /// position.</exception>
    public static CronSchedule Cron(string expression, string? timeZone, CronDays days) => new(expression, timeZone, days: days);

    /// <summary>Creates a schedule with a recurrence rule of RFC 5545 (iCalendar), section 3.3.10.</summary>
    /// <param name="rule">The rule, such as <c>FREQ=MONTHLY;BYDAY=-1FR</c>; 1 to 1,000 characters, a <c>COUNT</c> of at most 10,000, an
    /// <c>INTERVAL</c> of at most 100 years (68 with <c>SECONDLY</c>). Combinations that the table of that section does not allow are
    /// rejected. <c>RSCALE=GREGORIAN</c> and <c>SKIP</c> are those of RFC 7529.</param>
    /// <param name="start">The local time from which the rule counts (<c>DTSTART</c>). Its time of day applies where the rule names none.
    /// It is an occurrence only if the rule includes it. If its kind is UTC, it is an instant, and nothing occurs before it. Null uses the
    /// instant of registration.</param>
    /// <param name="timeZone">An IANA time zone id. Null uses UTC.</param>
    /// <param name="include">Further times (<c>RDATE</c>): local times, or instants if their kind is UTC.</param>
    /// <param name="exclude">Excluded times (<c>EXDATE</c>): local times, which exclude both occurrences of a time that comes twice, or
    /// instants if their kind is UTC.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The rule or the zone is not valid, or the rule never occurs. The message says
    /// why.</exception>
    public static CalendarSchedule Calendar(
        string rule, DateTime? start = null, string? timeZone = null, IEnumerable<DateTime>? include = null,
        IEnumerable<DateTime>? exclude = null) =>
        new(rule, start, timeZone, include, exclude);

    /// <summary>Creates a schedule with one occurrence, at an instant. An instant that has passed at registration is due at once.</summary>
    /// <param name="instant">The instant.</param>
    /// <returns>The schedule.</returns>
    public static TaskSchedule At(DateTimeOffset instant) => new AtSchedule(instant);

    /// <summary>
    /// Creates a schedule with one occurrence, at a local time of a zone. A time that has passed at registration is due at once.
    /// </summary>
    /// <param name="local">The local time. Its kind is ignored.</param>
    /// <param name="timeZone">An IANA time zone id.</param>
    /// <param name="gap">What happens if a clock change skips the time. Null uses <see cref="GapRule.FirstValid"/>.</param>
    /// <param name="overlap">Which occurrence applies if a clock change repeats the time, the first or the second. Null uses
    /// <see cref="OverlapRule.First"/>.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The zone is not known, <paramref name="overlap"/> is both, or the time never
    /// occurs.</exception>
    public static TaskSchedule At(DateTime local, string timeZone, GapRule? gap = null, OverlapRule? overlap = null) =>
        new AtSchedule(local, timeZone, gap, overlap);

    /// <summary>
    /// Creates a schedule that occurs every given number of months, on the day and at the local time of a start. It is short for the rule
    /// <c>RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=…;SKIP=BACKWARD</c>. In a month without that day, it occurs on the last day.
    /// </summary>
    /// <param name="months">The number of months from one occurrence to the next. Range: 1 to 1,200.</param>
    /// <param name="start">The first occurrence: a local time, or an instant if its kind is UTC. Null counts from the instant of
    /// registration, which is not an occurrence.</param>
    /// <param name="timeZone">An IANA time zone id. Null uses UTC.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The number is out of range, or the zone is not known.</exception>
    public static CalendarSchedule EveryMonths(int months, DateTime? start = null, string? timeZone = null) =>
        new(CalendarPeriod.RuleOfMonths(months), start, timeZone, null, null);

    /// <summary>Creates a schedule with one occurrence, some time after registration.</summary>
    /// <param name="delay">The time from registration to the occurrence, zero or more.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The delay is negative or more than 100 years.</exception>
    public static TaskSchedule After(TimeSpan delay) => new AfterSchedule(delay);

    /// <summary>
    /// Creates a schedule that occurs whenever one of several schedules does. Schedules that occur at the same instant give one occurrence.
    /// </summary>
    /// <param name="schedules">The schedules, 1 to 100.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">There are no schedules, too many, or too many nested ones.</exception>
    public static TaskSchedule Any(params IEnumerable<TaskSchedule> schedules) => new UnionSchedule([.. schedules], []);

    /// <summary>Returns this schedule without the instants at which other schedules occur.</summary>
    /// <param name="schedules">The schedules to exclude, instant by instant: <c>* 2-3 * * *</c> excludes occurrences at full minutes from
    /// 02:00 to 03:59.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">No occurrence is left, or there are too many schedules.</exception>
    public TaskSchedule Except(params IEnumerable<TaskSchedule> schedules) => this is UnionSchedule { Limits: null } union
        ? new UnionSchedule(union.Schedules, [.. union.Exceptions, .. schedules])
        : new UnionSchedule([this], [.. schedules]);

    /// <summary>Returns the first occurrence strictly after an instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <returns>The occurrence, in UTC, or null if there is none.</returns>
    /// <exception cref="InvalidOperationException">The schedule depends on its registration, its task's name or a business calendar, and is
    /// not resolved. Call <see cref="Resolve"/> first.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The search takes more than a million steps.</exception>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) => NextAfter(instant, null);

    /// <summary>
    /// Returns the first occurrence strictly after an instant that was planned, before closed days and jitter were applied, for after
    /// another instant.
    /// </summary>
    internal DateTimeOffset? NextAfter(DateTimeOffset instant, DateTimeOffset? plannedAfter)
    {
        if (IsCheap)
        {
            return NextPlanned(instant) is { } only && !(only.Nominal <= plannedAfter) ? only.At : null;
        }

        using var budget = SearchBudget.EnterDefault();
        for (var n = 0; n == 0 || n <= LongestSearch; n++)
        {
            if (NextPlanned(instant) is not { } next)
            {
                return null;
            }

            if (next.Occurs && !(next.Nominal <= plannedAfter))
            {
                return next.At;
            }

            instant = next.Occurs || n < StepsBeforeSkipping ? next.At : AfterDropped(next);
        }

        return null;
    }

    /// <summary>Returns the instant after which the search continues when an instant is dropped. Nothing occurs up to it.</summary>
    private protected virtual DateTimeOffset AfterDropped(PlannedInstant dropped) =>
        Limits?.AfterDropped(dropped, Next, Zone) ?? dropped.At;

    /// <summary>Returns the occurrences after an instant, in order, including those that a clock change or a closed day drops.</summary>
    /// <param name="after">The instant. Occurrences are strictly later.</param>
    /// <param name="until">The last instant to look at. Null sets no end, unless the schedule has one.</param>
    /// <returns>The occurrences, computed as they are read.</returns>
    /// <exception cref="InvalidOperationException">The schedule is not resolved, as for
    /// <see cref="NextAfter(DateTimeOffset)"/>.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The search for an occurrence takes more than a million steps.</exception>
    public IEnumerable<TaskOccurrence> Occurrences(DateTimeOffset after, DateTimeOffset? until = null)
    {
        var zone = Zone ?? DateTimeZone.Utc;
        while (Next() is { } next && !(next.At > until))
        {
            yield return new TaskOccurrence
            {
                Utc = next.At,
                Local = zone.ToLocal(next.At),
                Planned = next.Nominal,
                Effects = next.Effects
            };
            after = next.At;
        }

        PlannedInstant? Next()
        {
            // The budget does not span the whole enumeration, because other code uses this thread between two steps.
            using var budget = SearchBudget.EnterDefault();
            return NextPlanned(after, until);
        }
    }

    /// <summary>Returns this schedule with everything filled in that depends on its registration, task or calendars.</summary>
    /// <param name="registeredAt">The instant of registration.</param>
    /// <param name="task">The task's name, which determines <c>H</c> and jitter. Null leaves them open.</param>
    /// <param name="calendars">A function that finds business calendars by name. Null leaves them open.</param>
    /// <returns>A schedule whose occurrences depend on nothing else; this one, if nothing was open.</returns>
    /// <exception cref="InvalidTaskException">The schedule names a business calendar that does not exist.</exception>
    /// <exception cref="ScheduleTooExpensiveException">Counting its <see cref="MaxRuns"/> takes more than a million steps.</exception>
    public TaskSchedule Resolve(DateTimeOffset registeredAt, string? task = null, Func<string, BusinessCalendar?>? calendars = null)
    {
        using var budget = SearchBudget.EnterDefault();
        var core = ResolveCore(registeredAt, task, calendars);
        return core.Limits is null ? core : core.ResolveLimits(registeredAt, task, calendars);
    }

    /// <summary>Returns the schedule in plain English.</summary>
    /// <returns>A phrase such as <c>every 3 minutes</c>.</returns>
    public string Describe() => (Limits is null ? InWords() : Limits.AddTo(InWords())).ToString();

    /// <summary>Returns the description with the values that <c>H</c> has for a task, truncated if it is very long.</summary>
    internal string DescribeFor(string task) => ShownText.Cut(InWordsFor(task), ShownText.MaxShown)!;

    private string InWordsFor(string task)
    {
        if (this is not CronSchedule { IsRelative: true } cron)
        {
            return Describe();
        }

        try
        {
            return $"{cron.Resolve(DateTimeOffset.UnixEpoch, task).Describe()}, written as cron '{ShownText.Quote(cron.Expression)}'";
        }
        catch (InvalidTaskException)
        {
            return Describe();
        }
    }

    /// <summary>Gets the time zone in which it is read, or null if it has none.</summary>
    internal virtual DateTimeZone? Zone => null;

    /// <summary>Gets whether its occurrences depend on its registration or on its task's name.</summary>
    internal virtual bool IsRelative => false;

    /// <summary>Gets whether <see cref="Resolve"/> must resolve anything before the schedule can be used.</summary>
    internal bool IsOpen =>
        IsRelative
            || Limits is { MaxRuns: not null, Last: null } or { Calendar: not null, Days: null } or { Jitter.Ticks: > 0, Seed: null };

    /// <summary>Gets the names of its business calendars.</summary>
    internal virtual IEnumerable<string> CalendarNames => Limits?.CalendarNames ?? [];

    /// <summary>Gets whether the next occurrence takes only one step, so that steps need not be counted.</summary>
    private bool IsCheap => Limits is null && this is EverySchedule or AtSchedule;

    /// <summary>Gets whether the result of <see cref="Resolve"/> is worth caching.</summary>
    internal bool IsCostly => Limits is not null || this is CronSchedule { IsRelative: true } or CalendarSchedule or UnionSchedule;

    /// <summary>Returns the first planned instant strictly after another, dropped or not.</summary>
    internal PlannedInstant? NextPlanned(DateTimeOffset after) => NextPlanned(after, null);

    /// <summary>
    /// Returns the same for a search with an end. Of an instant beyond the end, only the fact that it lies beyond is correct.
    /// </summary>
    private PlannedInstant? NextPlanned(DateTimeOffset after, DateTimeOffset? until)
    {
        SearchBudget.Spend();
        return Limits is null ? NextWithin(after, until) : LimitedNext(after);
    }

    /// <summary>
    /// Returns the same as <see cref="Next"/>, but a search that has passed the end may stop there and return any instant beyond it.
    /// </summary>
    private protected virtual PlannedInstant? NextWithin(DateTimeOffset after, DateTimeOffset? until) => Next(after);

    /// <summary>
    /// Returns the fault when the schedule is validated, or null if there is none. A schedule in a message was created elsewhere: by a
    /// process with other time zones, or without this library's constructors.
    /// </summary>
    internal string? Fault()
    {
        using var budget = SearchBudget.EnterDefault();
        try
        {
            Check();
            CheckLimits();
            return null;
        }
        catch (InvalidTaskException e)
        {
            return e.Message;
        }
    }

    /// <summary>Does the same as <see cref="Check"/>, for constructors: with the budget of this thread, or a default one.</summary>
    private protected void CheckNew()
    {
        using var budget = SearchBudget.EnterDefault();
        Check();
    }

    /// <summary>Throws an <see cref="InvalidTaskException"/> if it cannot have occurrences.</summary>
    internal virtual void Check()
    {
    }

    private protected abstract PlannedInstant? Next(DateTimeOffset after);

    private protected abstract ScheduleWords InWords();

    private protected virtual TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task,
        Func<string, BusinessCalendar?>? calendars) => this;

    private protected static void CheckDuration(TimeSpan value, TimeSpan minimum, string what)
    {
        if (value < minimum)
        {
            throw new InvalidTaskException(null,
                [$"{what} of {value.TotalMilliseconds:0.####} ms is too short: at least {minimum.TotalMilliseconds:0.####} ms are "
                    + "needed."]);
        }

        if (value > TimeSpan.FromDays(36525))
        {
            throw new InvalidTaskException(null, [$"{what} of {value.TotalDays:0} days is too long: 36525 days (100 years) are allowed."]);
        }
    }
}
