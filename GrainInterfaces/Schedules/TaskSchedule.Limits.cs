using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <content>What every kind of schedule may have besides: bounds, a number of runs, a business calendar, jitter.</content>
public abstract partial record TaskSchedule
{
    /// <summary>What it has of these; null if it has none.</summary>
    [Id(0)]
    internal ScheduleLimits? Limits { get; init; }

    /// <summary>No occurrence is planned for before this instant; null: without a bound.</summary>
    public DateTimeOffset? Start => Limits?.Start;

    /// <summary>No occurrence is planned for after this instant; null: without a bound.</summary>
    public DateTimeOffset? End => Limits?.End;

    /// <summary>How often it occurs at most, counted from registration or <see cref="Start"/>, whichever is later; null: without a bound.</summary>
    public int? MaxRuns => Limits?.MaxRuns;

    /// <summary>The name of the business calendar that it observes, of several the first; null: none.</summary>
    public string? BusinessCalendar => Limits?.Calendar;

    /// <summary>The names of all business calendars that it observes: it is closed when one of them is. Empty: it observes none.</summary>
    public IReadOnlyList<string> BusinessCalendars => Limits?.CalendarNames ?? [];

    /// <summary>What becomes of an occurrence on a day, or at hours, at which one of the calendars is closed.</summary>
    public ClosedDayRule ClosedDays => Limits?.ClosedDays ?? ClosedDayRule.Drop;

    /// <summary>The open days of the month on which it occurs, by their numbers: from 1 for the first, and from -1 for the last. Empty: it has no such choice.</summary>
    public IReadOnlyList<int> BusinessDays => Limits is { BusinessDays: > 0 } limits ? BusinessDayNumbers.List(limits.BusinessDays) : [];

    /// <summary>By how much an occurrence is moved at most, at random; zero: it is not.</summary>
    public TimeSpan Jitter => Limits?.Jitter ?? TimeSpan.Zero;

    /// <summary>Where <see cref="Jitter"/> moves an occurrence. Default: <see cref="OrleansTasks.JitterRule.Later"/>.</summary>
    public JitterRule JitterRule => Limits?.JitterRule ?? JitterRule.Later;

    /// <summary>The same, from an instant on.</summary>
    /// <param name="start">The earliest instant for which an occurrence is planned.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">Nothing is left.</exception>
    public TaskSchedule From(DateTimeOffset start) => Limited(l => l with { Start = start.ToUniversalTime() });

    /// <summary>The same, up to an instant, which may be an occurrence itself.</summary>
    /// <param name="end">The latest instant for which an occurrence is planned.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">Nothing is left.</exception>
    public TaskSchedule Until(DateTimeOffset end) => Limited(l => l with { End = end.ToUniversalTime() });

    /// <summary>The same, so many times only.</summary>
    /// <param name="maxRuns">
    /// How often, 1 to 100,000. Occurrences are counted from registration, or from <see cref="Start"/> if that is later, whether they became runs or not;
    /// those that a clock change or a closed day drops are not counted.
    /// </param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The number is out of range.</exception>
    public TaskSchedule AtMost(int maxRuns) => Limited(l => l with { MaxRuns = maxRuns });

    /// <summary>The same, on the open days of a business calendar.</summary>
    /// <param name="calendar">The calendar's name; it must be in the cluster when the task is registered.</param>
    /// <param name="closedDays">What becomes of an occurrence on a closed day.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The name is not one.</exception>
    public TaskSchedule OnOpenDays(string calendar, ClosedDayRule closedDays = ClosedDayRule.Drop) =>
        OnOpenDays([calendar], closedDays);

    /// <summary>The same, on the days, and at the hours, at which all of several business calendars are open.</summary>
    /// <param name="calendars">Their names, 1 to 10; they must be in the cluster when the task is registered.</param>
    /// <param name="closedDays">What becomes of an occurrence when one of them is closed.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A name is not one or is there twice, or there are none or too many.</exception>
    public TaskSchedule OnOpenDays(IEnumerable<string> calendars, ClosedDayRule closedDays = ClosedDayRule.Drop)
    {
        var names = NamesOf(calendars);
        return Limited(l => l.On(names) with { ClosedDays = closedDays, BusinessDays = 0 });
    }

    /// <summary>The same, only on some open days of each month, by their numbers; its time of day stays. What it would do on other days is not there at all.</summary>
    /// <param name="calendar">The calendar's name; it must be in the cluster when the task is registered.</param>
    /// <param name="numbers">Which ones: 3 for the third open day of a month, -1 for the last; 1 to 31 and -31 to -1. In a month with fewer, it is not on that day.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The name is not one, or there is no number, or one is out of range.</exception>
    public TaskSchedule OnBusinessDays(string calendar, params IEnumerable<int> numbers)
        => OnBusinessDays([calendar], numbers);

    /// <summary>The same, only on some of the days of each month on which all of several business calendars are open, by their numbers.</summary>
    /// <param name="calendars">Their names, 1 to 10; they must be in the cluster when the task is registered.</param>
    /// <param name="numbers">As for <see cref="OnBusinessDays(string, IEnumerable{int})"/>.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">A name is not one or is there twice, there are none or too many; or there is no number, or one is out of range.</exception>
    public TaskSchedule OnBusinessDays(IEnumerable<string> calendars, params IEnumerable<int> numbers)
    {
        var (names, days) = (NamesOf(calendars), BusinessDayNumbers.Of(numbers));
        return Limited(l => l.On(names) with { ClosedDays = ClosedDayRule.Drop, BusinessDays = days });
    }

    private static IReadOnlyList<string> NamesOf(IEnumerable<string> calendars)
    {
        ArgumentNullException.ThrowIfNull(calendars);
        return calendars.Take(ScheduleLimits.MostCalendars + 1).ToList() is { Count: > 0 } names ? names : throw new InvalidTaskException(null, ["A business calendar is needed."]);
    }

    /// <summary>
    /// The same, each occurrence put off by a part of this time. Which part, the task's name and the instant decide: the same on every machine and after
    /// every restart. It never reaches the next occurrence.
    /// </summary>
    /// <param name="jitter">The most, up to a day; zero: none.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">It is negative, or more than a day.</exception>
    public TaskSchedule WithJitter(TimeSpan jitter) => WithJitter(jitter, JitterRule.Later);

    /// <summary>The same, each occurrence moved by a part of a time: later, earlier or later, or all by the same part. The task's name decides which part.</summary>
    /// <param name="jitter">The most, up to a day; zero: none.</param>
    /// <param name="rule">Where occurrences are moved.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The time is negative, or more than a day; or the rule is none.</exception>
    public TaskSchedule WithJitter(TimeSpan jitter, JitterRule rule) => Limited(l => l with { Jitter = jitter, JitterRule = jitter == TimeSpan.Zero ? JitterRule.Later : rule });

    private TaskSchedule Limited(Func<ScheduleLimits, ScheduleLimits> change) => WithLimits(change(Limits ?? ScheduleLimits.None));

    /// <summary>The same with all of these at once.</summary>
    /// <param name="limits">What it is to have besides.</param>
    /// <param name="check">Whether it is looked at; not what was stored, which was when it was registered.</param>
    internal TaskSchedule WithLimits(ScheduleLimits limits, bool check = true)
    {
        using var budget = SearchBudget.EnterDefault();

        // The start of a rule is what it counts from; another bound is around it.
        var schedule = this is CalendarSchedule && limits.Start is not null ? new UnionSchedule([this with { Limits = null }], [], check) { Limits = limits } : this with { Limits = limits };
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

        // What else it depends on is not known here.
        if (!IsRelative && Limits.BoundedNext(DateTimeOffset.MinValue, Next) is null)
        {
            throw new InvalidTaskException(null, [$"The schedule ({Describe()}) never occurs."]);
        }
    }

    private TaskSchedule ResolveLimits(DateTimeOffset registeredAt, string? task, Func<string, BusinessCalendar?>? calendars)
    {
        var limits = Limits!;
        if (limits.LacksCalendars && calendars is not null)
        {
            limits = limits.With(name => calendars(name) ?? throw new InvalidTaskException(task, [$"There is no business calendar '{name}'."]));
        }

        if (limits is { Jitter.Ticks: > 0, Seed: null } && task is not null)
        {
            limits = limits with { Seed = JitterDelay.SeedOf(task), NotBefore = limits.JitterRule == JitterRule.Around ? registeredAt : null };
        }

        if (limits is { MaxRuns: { } count, Last: null } && !limits.LacksCalendars)
        {
            limits = limits with { Last = Nth(limits, count, registeredAt), CountedAfter = this is AtSchedule ? null : registeredAt };
        }

        return this with { Limits = limits };
    }

    /// <summary>The instant of the n-th occurrence after an instant; that of the last one, if there are fewer.</summary>
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
