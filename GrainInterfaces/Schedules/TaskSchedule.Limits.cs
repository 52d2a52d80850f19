using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <content>Defines what every kind of schedule may have in addition: bounds, a number of runs, a business calendar, jitter.</content>
public abstract partial record TaskSchedule
{
    /// <summary>Gets its limits, or null if it has none.</summary>
    [Id(0)]
    internal ScheduleLimits? Limits { get; init; }

    /// <summary>Gets the instant before which no occurrence is planned, or null for no limit.</summary>
    public DateTimeOffset? Start => Limits?.Start;

    /// <summary>Gets the instant after which no occurrence is planned, or null for no limit.</summary>
    public DateTimeOffset? End => Limits?.End;

    /// <summary>
    /// Gets the maximum number of occurrences, counted from registration or <see cref="Start"/>, whichever is later. Null for no limit.
    /// </summary>
    public int? MaxRuns => Limits?.MaxRuns;

    /// <summary>Gets the name of the business calendar, the first one of several. Null if there is none.</summary>
    public string? BusinessCalendar => Limits?.Calendar;

    /// <summary>Gets the names of all business calendars. The schedule is closed when any of them is. Empty if there is none.</summary>
    public IReadOnlyList<string> BusinessCalendars => Limits?.CalendarNames ?? [];

    /// <summary>Gets what happens to an occurrence on a day, or in hours, at which one of the calendars is closed.</summary>
    public ClosedDayRule ClosedDays => Limits?.ClosedDays ?? ClosedDayRule.Drop;

    /// <summary>
    /// Gets the numbers of the open days of the month on which the schedule occurs: from 1 for the first, and from -1 for the last. Empty
    /// if the schedule has no such limit.
    /// </summary>
    public IReadOnlyList<int> BusinessDays => Limits is { BusinessDays: > 0 } limits ? BusinessDayNumbers.List(limits.BusinessDays) : [];

    /// <summary>Gets the maximum time by which an occurrence is moved at random. Zero moves none.</summary>
    public TimeSpan Jitter => Limits?.Jitter ?? TimeSpan.Zero;

    /// <summary>Gets how <see cref="Jitter"/> moves an occurrence. Default: <see cref="OrleansTasks.JitterRule.Later"/>.</summary>
    public JitterRule JitterRule => Limits?.JitterRule ?? JitterRule.Later;

    /// <summary>Returns this schedule from an instant on.</summary>
    /// <param name="start">The earliest instant for which an occurrence is planned.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">No occurrence is left.</exception>
    public TaskSchedule From(DateTimeOffset start) => Limited(l => l with { Start = start.ToUniversalTime() });

    /// <summary>Returns this schedule up to and including an instant.</summary>
    /// <param name="end">The latest instant for which an occurrence is planned.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">No occurrence is left.</exception>
    public TaskSchedule Until(DateTimeOffset end) => Limited(l => l with { End = end.ToUniversalTime() });

    /// <summary>Returns this schedule with a maximum number of occurrences.</summary>
    /// <param name="maxRuns">The maximum number. Range: 1 to 100,000. Occurrences count from registration, or from <see cref="Start"/> if
    /// that is later, whether or not they became runs. Those that a clock change or a closed day drops do not count.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The number is out of range.</exception>
    public TaskSchedule AtMost(int maxRuns) => Limited(l => l with { MaxRuns = maxRuns });

    /// <summary>Returns this schedule on the open days of a business calendar.</summary>
    /// <param name="calendar">The calendar's name. The calendar must exist when the task is registered.</param>
    /// <param name="closedDays">What happens to an occurrence on a closed day.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The name is not valid.</exception>
    public TaskSchedule OnOpenDays(string calendar, ClosedDayRule closedDays = ClosedDayRule.Drop) =>
        OnOpenDays([calendar], closedDays);

    /// <summary>Returns this schedule on the days, and in the hours, at which all of several business calendars are open.</summary>
    /// <param name="calendars">The names of 1 to 10 calendars. They must exist when the task is registered.</param>
    /// <param name="closedDays">What happens to an occurrence when one of them is closed.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A name is not valid or repeated, or there are none or too many.</exception>
    public TaskSchedule OnOpenDays(IEnumerable<string> calendars, ClosedDayRule closedDays = ClosedDayRule.Drop)
    {
        var names = NamesOf(calendars);
        return Limited(l => l.On(names) with { ClosedDays = closedDays, BusinessDays = 0 });
    }

    /// <summary>
    /// Returns this schedule on certain open days of each month, by their numbers. The time of day stays the same. Occurrences on other
    /// days are removed.
    /// </summary>
    /// <param name="calendar">The calendar's name. The calendar must exist when the task is registered.</param>
    /// <param name="numbers">The numbers of the days: 3 for the third open day of a month, -1 for the last. Range: 1 to 31 and -31 to -1. A
    /// month with fewer open days does not have the day.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The name is not valid, there is no number, or a number is out of range.</exception>
    public TaskSchedule OnBusinessDays(string calendar, params IEnumerable<int> numbers)
        => OnBusinessDays([calendar], numbers);

    /// <summary>
    /// Returns this schedule on certain days of each month, by their numbers among the days on which all of several business calendars are
    /// open.
    /// </summary>
    /// <param name="calendars">The names of 1 to 10 calendars. They must exist when the task is registered.</param>
    /// <param name="numbers">The numbers of the days, as for <see cref="OnBusinessDays(string, IEnumerable{int})"/>.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A name is not valid or repeated, there are no names or too many, there is no number, or a
    /// number is out of range.</exception>
    public TaskSchedule OnBusinessDays(IEnumerable<string> calendars, params IEnumerable<int> numbers)
    {
        var (names, days) = (NamesOf(calendars), BusinessDayNumbers.Of(numbers));
        return Limited(l => l.On(names) with { ClosedDays = ClosedDayRule.Drop, BusinessDays = days });
    }

    /// <summary>Returns the message about a business calendar that does not exist.</summary>
    internal static string CalendarFault(string name) =>
        $"There is no business calendar '{ShownText.Quote(name)}'. Put it first, with PutCalendarAsync, or use another name.";

    private static IReadOnlyList<string> NamesOf(IEnumerable<string> calendars)
    {
        ArgumentNullException.ThrowIfNull(calendars);
        return calendars.Take(ScheduleLimits.MostCalendars + 1).ToList() is { Count: > 0 } names
            ? names
            : throw new InvalidTaskException(null, ["The schedule has no business calendar. Name at least one."]);
    }

    /// <summary>
    /// Returns this schedule with each occurrence delayed by a fraction of a time. The task's name and the instant determine the fraction,
    /// so it is the same on every machine and after every restart. An occurrence is never delayed to the next one or beyond.
    /// </summary>
    /// <param name="jitter">The maximum delay, up to a day. Zero for none.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The time is negative or more than a day.</exception>
    public TaskSchedule WithJitter(TimeSpan jitter) => WithJitter(jitter, JitterRule.Later);

    /// <summary>
    /// Returns this schedule with each occurrence moved by a fraction of a time: later, earlier or later, or all by the same fraction. The
    /// task's name determines the fraction.
    /// </summary>
    /// <param name="jitter">The maximum time, up to a day. Zero for none.</param>
    /// <param name="rule">How occurrences are moved.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The time is negative or more than a day, or the rule is not defined.</exception>
    public TaskSchedule WithJitter(TimeSpan jitter, JitterRule rule) =>
        Limited(l => l with { Jitter = jitter, JitterRule = jitter == TimeSpan.Zero ? JitterRule.Later : rule });

    private TaskSchedule Limited(Func<ScheduleLimits, ScheduleLimits> change) => WithLimits(change(Limits ?? ScheduleLimits.None));

    /// <summary>Returns a copy with all of these limits at once.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="check">Whether it is validated. Stored schedules are not, because they were validated at their registration.</param>
    internal TaskSchedule WithLimits(ScheduleLimits limits, bool check = true)
    {
        using var budget = SearchBudget.EnterDefault();

        // A rule counts from its own start. Another bound is put around it.
        var schedule = this is CalendarSchedule && limits.Start is not null
            ? new UnionSchedule([this with { Limits = null }], [], check) { Limits = limits }
            : this with { Limits = limits };
        if (check)
        {
            schedule.CheckLimits();
        }

        return schedule;
    }

    private void CheckLimits()
    {
        if (Limits is null)
        {
            return;
        }

        Limits.Check();

        // Its other dependencies are not known here.
        if (!IsRelative && Limits.BoundedNext(DateTimeOffset.MinValue, Next) is null)
        {
            throw new InvalidTaskException(null, [$"The schedule ({Describe()}) never occurs. Use one that occurs at least once."]);
        }
    }

    private TaskSchedule ResolveLimits(DateTimeOffset registeredAt, string? task, Func<string, BusinessCalendar?>? calendars)
    {
        var limits = Limits!;
        if (limits.LacksCalendars && calendars is not null)
        {
            limits = limits.With(name => calendars(name) ?? throw new InvalidTaskException(task, [CalendarFault(name)]));
        }

        if (limits is { Jitter.Ticks: > 0, Seed: null } && task is not null)
        {
            limits = limits with
            {
                Seed = JitterDelay.SeedOf(task),
                NotBefore = limits.JitterRule == JitterRule.Around ? registeredAt : null
            };
        }

        if (limits is { MaxRuns: { } count, Last: null } && !limits.LacksCalendars)
        {
            limits = limits with { Last = Nth(limits, count, registeredAt), CountedAfter = this is AtSchedule ? null : registeredAt };
        }

        return this with { Limits = limits };
    }

    /// <summary>Returns the instant of the n-th occurrence after an instant, or that of the last one, if there are fewer.</summary>
    private DateTimeOffset Nth(ScheduleLimits limits, int count, DateTimeOffset after)
    {
        var last = after;
        for (var n = 0; n < MostSteps && count > 0 && limits.OpenNext(last, Next, Zone) is { } next; n++)
        {
            last = next.Occurs ? next.At : limits.AfterDropped(next with { Nominal = next.At }, Next, Zone);
            count -= next.Occurs ? 1 : 0;
        }

        return last;
    }

    private PlannedInstant? LimitedNext(DateTimeOffset after) => Limits!.Next(after, Next, Zone);
}
