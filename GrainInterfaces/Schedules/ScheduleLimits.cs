using NodaTime;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Schedules;

/// <summary>What a schedule may have besides what makes its kind, and what that does to the instants of the kind. Pure.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ScheduleLimits")]
internal sealed record ScheduleLimits
{
    public const int MostCalendars = 10;
    public const int GreatestMaxRuns = 100_000;
    public static readonly TimeSpan LongestJitter = TimeSpan.FromDays(1);

    public static ScheduleLimits None { get; } = new();

    [Id(0)]
    public DateTimeOffset? Start { get; init; }

    [Id(1)]
    public DateTimeOffset? End { get; init; }

    [Id(2)]
    public int? MaxRuns { get; init; }

    [Id(3)]
    public string? Calendar { get; init; }

    [Id(4)]
    public ClosedDayRule ClosedDays { get; init; }

    [Id(5)]
    public TimeSpan Jitter { get; init; }

    /// <summary>The last occurrence of those that <see cref="MaxRuns"/> allows; null until resolved.</summary>
    [Id(6)]
    public DateTimeOffset? Last { get; init; }

    /// <summary>The calendar of that name; null until resolved.</summary>
    [Id(7)]
    public BusinessCalendar? Days { get; init; }

    /// <summary>What jitter is drawn with; null until resolved.</summary>
    [Id(8)]
    public ulong? Seed { get; init; }

    /// <summary>The instant after which <see cref="MaxRuns"/> counts: what is planned for before it does not belong to it. Null until resolved.</summary>
    [Id(9)]
    public DateTimeOffset? CountedAfter { get; init; }

    [Id(10)]
    public JitterRule JitterRule { get; init; }

    /// <summary>Nothing is brought forward to before this instant that was planned for after it: that of registration. Null until resolved, and where nothing is brought forward.</summary>
    [Id(11)]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The open days of the month on which it occurs, by their numbers; see <see cref="BusinessDayNumbers"/>. Zero: all.</summary>
    [Id(12)]
    public ulong BusinessDays { get; init; }

    /// <summary>The calendars that it observes besides <see cref="Calendar"/>; null: none.</summary>
    [Id(13)]
    public OtherCalendars? Others { get; init; }

    /// <summary>Whether it observes a calendar.</summary>
    public bool HasCalendar => Calendar is not null;

    /// <summary>The names of all calendars that it observes.</summary>
    public IReadOnlyList<string> CalendarNames => Calendar is null ? [] : [Calendar, .. Others?.Names ?? []];

    /// <summary>Whether it observes calendars that were not filled in yet.</summary>
    public bool LacksCalendars => Calendar is not null && Days is null;

    /// <summary>The same with calendars filled in.</summary>
    public ScheduleLimits With(Func<string, BusinessCalendar> calendars) =>
        this with { Days = calendars(Calendar!), Others = Others is null ? null : Others with { Days = [.. Others.Names.Select(calendars)] } };

    /// <summary>The same with other calendars, not filled in.</summary>
    public ScheduleLimits On(IReadOnlyList<string> calendars) =>
        this with { Calendar = calendars.Count > 0 ? calendars[0] : null, Days = null, Others = calendars.Count > 1 ? new OtherCalendars([.. calendars.Skip(1)]) : null };

    private ObservedCalendars Observed => new(Days!, Others?.Days);

    /// <summary>Whether it may put occurrences at instants that the kind of the schedule does not have.</summary>
    public bool Moves => Jitter > TimeSpan.Zero || (HasCalendar && ClosedDays != ClosedDayRule.Drop);

    public void Check()
    {
        var faults = new List<string>();
        if (End < Start)
        {
            faults.Add($"The schedule ends ({End:O}) before it starts ({Start:O}).");
        }

        if (MaxRuns is < 1 or > GreatestMaxRuns)
        {
            faults.Add($"maxRuns is {MaxRuns}; 1 to {GreatestMaxRuns} are allowed.");
        }

        if (Jitter < TimeSpan.Zero || Jitter > LongestJitter)
        {
            faults.Add($"jitter is {Jitter}; up to {LongestJitter.TotalDays:0} day is allowed.");
        }

        if (!Enum.IsDefined(ClosedDays))
        {
            faults.Add($"closedDays is {(int)ClosedDays}, which is not a valid {nameof(ClosedDayRule)}.");
        }

        if (!Enum.IsDefined(JitterRule))
        {
            faults.Add($"jitterRule is {(int)JitterRule}, which is not a valid {nameof(OrleansTasks.JitterRule)}.");
        }

        if (!BusinessDayNumbers.IsValid(BusinessDays) || (BusinessDays != 0 && (Calendar is null || ClosedDays != ClosedDayRule.Drop)))
        {
            faults.Add("businessDays needs calendar, and cannot be combined with a rule for closed days.");
        }

        if (Others is not null && (Calendar is null || Others.Names is not { Count: < MostCalendars } || CalendarNames.Distinct(StringComparer.Ordinal).Count() != CalendarNames.Count))
        {
            faults.Add($"A schedule can use at most {MostCalendars} business calendars, each of them once.");
        }
        else
        {
            faults.AddRange(CalendarNames.Select(BusinessCalendar.NameFault).OfType<string>());
        }

        // A schedule that was resolved brings its calendars along, which were accepted before.
        faults.AddRange(((BusinessCalendar?[])[Days, .. Others?.Days ?? []]).OfType<BusinessCalendar>().SelectMany(static c => c.Faults(int.MaxValue, int.MaxValue)).Distinct());
        if (faults.Count > 0)
        {
            throw new InvalidTaskException(null, faults);
        }
    }

    public PlannedInstant? Next(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> kind, DateTimeZone? zone)
    {
        if (MaxRuns is not null && Last is null)
        {
            throw new InvalidOperationException("This schedule counts from its registration time. Call Resolve first.");
        }

        if (Jitter == TimeSpan.Zero)
        {
            return CountedNext(after, kind, zone);
        }

        var seed = Seed ?? throw new InvalidOperationException("The jitter of this schedule depends on its task. Call Resolve first.");
        return JitterRule switch
        {
            JitterRule.Around => JitterDelay.NextAround(after, Jitter, seed, NotBefore, Planned),
            JitterRule.Fixed => JitterDelay.NextFixed(after, Jitter, seed, Planned),
            _ => JitterDelay.Next(after, Jitter, seed, Planned),
        };

        PlannedInstant? Planned(DateTimeOffset instant) => CountedNext(instant, kind, zone);
    }

    public PlannedInstant? OpenNext(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> kind, DateTimeZone? zone)
    {
        if (Calendar is null)
        {
            return BoundedNext(after, kind);
        }

        if (LacksCalendars)
        {
            throw new InvalidOperationException($"This schedule depends on the business calendar '{Calendar}'. Call Resolve first.");
        }

        var days = Observed;
        zone ??= days.Zone;
        return days.HaveHours ? new OpenTimes(days, zone).Next(after, ClosedDays, OnDays) : OnDays(after);

        PlannedInstant? OnDays(DateTimeOffset instant) => BusinessDays == 0
            ? OpenDays.Next(instant, days, ClosedDays, zone, t => BoundedNext(t, kind))
            : BusinessDayNumbers.Next(instant, BusinessDays, days, zone, t => BoundedNext(t, kind));
    }

    /// <summary>The instant after which to look on where a planned one is dropped: nothing occurs up to it.</summary>
    public DateTimeOffset AfterDropped(PlannedInstant dropped, Func<DateTimeOffset, PlannedInstant?> kind, DateTimeZone? zone)
    {
        if (!IsClosed(dropped))
        {
            return dropped.At;
        }

        if (Jitter == TimeSpan.Zero)
        {
            return Reopening(dropped, zone);
        }

        // What is the next without jitter may be brought forward by it.
        var next = CountedNext(dropped.Nominal, kind, zone);
        while (next is { Occurs: false } closed)
        {
            next = CountedNext(IsClosed(closed) ? Reopening(closed, zone) : closed.At, kind, zone);
        }

        return next is not { } found ? DateTimeOffset.MaxValue
            : found.At.AddTicks(-1) - Jitter is var before && before > dropped.At ? before : dropped.At;
    }

    /// <summary>Whether it is the calendar of this schedule that drops an instant, and with it all up to the time at which it opens.</summary>
    private bool IsClosed(PlannedInstant dropped) => Days is not null && ClosedDays == ClosedDayRule.Drop && (dropped.Effects & (OccurrenceEffects.ClosedDay | OccurrenceEffects.ClosedHours)) != 0;

    private DateTimeOffset Reopening(PlannedInstant closed, DateTimeZone? zone)
    {
        var times = new OpenTimes(Observed, zone ?? Observed.Zone);
        return times.IsOpen(closed.Nominal) ? closed.At
            : times.OpeningAfter(closed.Nominal) is not { } opens ? DateTimeOffset.MaxValue
            : opens > closed.At ? opens.AddTicks(-1) : closed.At;
    }

    public PlannedInstant? BoundedNext(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> kind)
    {
        SearchBudget.Spend();
        if (after >= End)
        {
            // Not looked for, which may take long.
            return null;
        }

        if (Start is { } start && after < start)
        {
            after = start.AddTicks(-1);
        }

        return kind(after) is { } next && !(next.At > End) ? next : null;
    }

    public string InWords()
    {
        var words = "";
        words += Start is { } start ? $", from {Durations.InWords(start)}" : "";
        words += End is { } end ? $", until {Durations.InWords(end)}" : "";
        words += MaxRuns is { } count ? $", at most {(count == 1 ? "once" : $"{count} times")}" : "";
        var names = string.Join(" and ", CalendarNames.Select(n => $"'{n}'"));
        words += Calendar is null ? "" : BusinessDays != 0 ? $", on {BusinessDayNumbers.InWords(BusinessDays)} of the month by {names}" : ClosedDays switch
        {
            ClosedDayRule.Next => $", on open days of {names}, else on the next one",
            ClosedDayRule.Previous => $", on open days of {names}, else on the previous one",
            _ => $", on open days of {names} only",
        };
        return words + (Jitter == TimeSpan.Zero ? "" : $", up to {Durations.InWords(Jitter, one: true)} " + JitterRule switch
        {
            JitterRule.Around => "earlier or later",
            JitterRule.Fixed => "later, each by the same time",
            _ => "later",
        });
    }

    private PlannedInstant? CountedNext(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> kind, DateTimeZone? zone) =>
        OpenNext(after < CountedAfter ? CountedAfter.Value : after, kind, zone) is { } next && !(next.At > Last) ? next : null;
}
