using NodaTime;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules;

/// <summary>Contains what every kind of schedule may have in addition, and applies it to the instants of the kind. Pure.</summary>
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

    /// <summary>Gets the last occurrence that <see cref="MaxRuns"/> allows, or null until resolved.</summary>
    [Id(6)]
    public DateTimeOffset? Last { get; init; }

    /// <summary>Gets the calendar of that name, or null until resolved.</summary>
    [Id(7)]
    public BusinessCalendar? Days { get; init; }

    /// <summary>Gets the seed of the jitter, or null until resolved.</summary>
    [Id(8)]
    public ulong? Seed { get; init; }

    /// <summary>
    /// Gets the instant after which <see cref="MaxRuns"/> counts. Occurrences that are planned for before it do not count. Null until
    /// resolved.
    /// </summary>
    [Id(9)]
    public DateTimeOffset? CountedAfter { get; init; }

    [Id(10)]
    public JitterRule JitterRule { get; init; }

    /// <summary>
    /// Gets the instant of registration. No occurrence that is planned for after it is brought forward to before it. Null until resolved,
    /// and if nothing is brought forward.
    /// </summary>
    [Id(11)]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// Gets the numbers of the open days of the month on which it occurs; see <see cref="BusinessDayNumbers"/>. Zero means all.
    /// </summary>
    [Id(12)]
    public ulong BusinessDays { get; init; }

    /// <summary>Gets the calendars that it observes besides <see cref="Calendar"/>, or null if there are none.</summary>
    [Id(13)]
    public OtherCalendars? Others { get; init; }

    /// <summary>Gets whether it observes a calendar.</summary>
    public bool HasCalendar => Calendar is not null;

    /// <summary>Gets the names of all calendars that it observes.</summary>
    public IReadOnlyList<string> CalendarNames => Calendar is null ? [] : [Calendar, .. Others?.Names ?? []];

    /// <summary>Gets whether it observes calendars that are not resolved yet.</summary>
    public bool LacksCalendars => Calendar is not null && Days is null;

    /// <summary>Returns a copy with resolved calendars.</summary>
    public ScheduleLimits With(Func<string, BusinessCalendar> calendars) =>
        this with
        {
            Days = calendars(Calendar!),
            Others = Others is null ? null : Others with { Days = [.. Others.Names.Select(calendars)] }
        };

    /// <summary>Returns a copy with other calendars, which are not resolved.</summary>
    public ScheduleLimits On(IReadOnlyList<string> calendars) =>
        this with
        {
            Calendar = calendars.Count > 0 ? calendars[0] : null,
            Days = null,
            Others = calendars.Count > 1 ? new OtherCalendars([.. calendars.Skip(1)]) : null
        };

    private ObservedCalendars Observed => new(Days!, Others?.Days);

    /// <summary>Gets whether it may move occurrences to instants that the kind of the schedule does not have.</summary>
    public bool Moves => Jitter > TimeSpan.Zero || (HasCalendar && ClosedDays != ClosedDayRule.Drop);

    public void Check()
    {
        var faults = new List<string>();
        if (End < Start)
        {
            faults.Add($"The schedule ends ({End:O}) before it starts ({Start:O}). Set an end that is not earlier.");
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
            faults.Add(EnumText.Fault("closedDays", ClosedDays));
        }

        if (!Enum.IsDefined(JitterRule))
        {
            faults.Add(EnumText.Fault("jitterRule", JitterRule));
        }

        if (!BusinessDayNumbers.IsValid(BusinessDays) || (BusinessDays != 0 && (Calendar is null || ClosedDays != ClosedDayRule.Drop)))
        {
            faults.Add($"businessDays needs calendar, and closedDays must be {nameof(ClosedDayRule.Drop)}; calendar is "
                + $"{(Calendar is null ? "not set" : $"'{ShownText.Quote(Calendar)}'")}, and closedDays is {ClosedDays}.");
        }

        if (Others is not null
            && (Calendar is null || Others.Names is not { Count: < MostCalendars }
                || CalendarNames.Distinct(StringComparer.Ordinal).Count() != CalendarNames.Count))
        {
            faults.Add($"The schedule names {CalendarNames.Count} business calendars; at most {MostCalendars} are allowed, each of them "
                + "once.");
        }
        else
        {
            faults.AddRange(CalendarNames.Select(BusinessCalendar.NameFault).OfType<string>());
        }

        // A resolved schedule contains its calendars, which were accepted before.
        faults.AddRange(
            ((BusinessCalendar?[])[Days, .. Others?.Days ?? []]).OfType<BusinessCalendar>()
                .SelectMany(static c => c.Faults(int.MaxValue, int.MaxValue)).Distinct());
        if (faults.Count > 0)
        {
            throw new InvalidTaskException(null, faults);
        }
    }

    public PlannedInstant? Next(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> kind, DateTimeZone? zone)
    {
        if (MaxRuns is not null && Last is null)
        {
            throw new InvalidOperationException($"This schedule of {MaxRuns} runs counts from its registration time. Call Resolve first.");
        }

        if (Jitter == TimeSpan.Zero)
        {
            return CountedNext(after, kind, zone);
        }

        var seed = Seed ?? throw new InvalidOperationException($"The jitter of {Jitter} depends on the task. Call Resolve first.");
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

    /// <summary>Returns the instant after which the search continues when a planned instant is dropped. Nothing occurs up to it.</summary>
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

        // Jitter may bring forward the instant that is the next one without it.
        var next = CountedNext(dropped.Nominal, kind, zone);
        while (next is { Occurs: false } closed)
        {
            next = CountedNext(IsClosed(closed) ? Reopening(closed, zone) : closed.At, kind, zone);
        }

        return next is not { } found ? DateTimeOffset.MaxValue
            : found.At.AddTicks(-1) - Jitter is var before && before > dropped.At ? before : dropped.At;
    }

    /// <summary>Decides whether this schedule's calendar drops an instant, and with it everything until the calendar opens.</summary>
    private bool IsClosed(PlannedInstant dropped) =>
        Days is not null && ClosedDays == ClosedDayRule.Drop
            && (dropped.Effects & (OccurrenceEffects.ClosedDay | OccurrenceEffects.ClosedHours)) != 0;

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
            // The next instant is not searched for, because that may take long.
            return null;
        }

        if (Start is { } start && after < start)
        {
            after = start.AddTicks(-1);
        }

        return kind(after) is { } next && !(next.At > End) ? next : null;
    }

    /// <summary>Returns the words of a schedule with those of its limits.</summary>
    public ScheduleWords AddTo(ScheduleWords words) => words with
    {
        Window = [.. words.Window, .. Present(
            Start is { } start ? $"from {Durations.InWords(start)}" : null,
            End is { } end ? $"until {Durations.InWords(end)}" : null)],
        Calendars = [.. words.Calendars, .. Present(CalendarInWords())],
        Limits = [.. words.Limits, .. Present(
            MaxRuns switch { null => null, 1 => "at most once", var n => $"at most {n} times" },
            JitterInWords())],
    };

    private string? CalendarInWords()
    {
        if (Calendar is null)
        {
            return null;
        }

        var days = BusinessDays != 0 ? $"only on {BusinessDayNumbers.InWords(BusinessDays)} of the month" : ClosedDays switch
        {
            ClosedDayRule.Next => "on the next business day if it falls on a closed day",
            ClosedDayRule.Previous => "on the previous business day if it falls on a closed day",
            _ => "only on business days",
        };
        var names = CalendarNames.Select(n => $"'{n}'").ToList();
        return names.Count == 1
            ? $"{days} (calendar {names[0]})"
            : $"{days} (calendars {string.Join(", ", names.SkipLast(1))} and {names[^1]})";
    }

    private string? JitterInWords()
    {
        var most = Durations.InWords(Jitter, one: true);
        return Jitter == TimeSpan.Zero ? null : JitterRule switch
        {
            JitterRule.Around => $"each occurrence up to {most} earlier or later",
            JitterRule.Fixed => $"all occurrences delayed by the same time of up to {most}",
            _ => $"each occurrence delayed by up to {most}",
        };
    }

    private static IEnumerable<string> Present(params IEnumerable<string?> clauses) => clauses.OfType<string>();

    private PlannedInstant? CountedNext(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> kind, DateTimeZone? zone) =>
        OpenNext(after < CountedAfter ? CountedAfter.Value : after, kind, zone) is { } next && !(next.At > Last) ? next : null;
}
