using System.Text.Json.Serialization;
using NodaTime;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>
/// Defines the days and hours that are open for business. It has a name, is stored in the cluster, and applies to the schedules that name
/// it.
/// </summary>
/// <remarks>
/// In JSON:
/// <c>{"timeZone":"Europe/Berlin","closedWeekdays":["saturday","sunday"],"closedEveryYear":["12-25"],"closed":["2026-04-03"],
/// "open":["2026-12-19"],"openHours":[{"from":"08:00","to":"18:00"}]}</c>. A day that is both closed and <see cref="Open"/> is open.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BusinessCalendar")]
public sealed record BusinessCalendar
{
    /// <summary>
    /// The maximum number of days in each of the lists, unless <see cref="TaskEngineLimits.MaxCalendarDays"/> changes it: 2,000.
    /// </summary>
    public const int MaxDays = 2000;

    /// <summary>The maximum number of entries in <see cref="OpenHours"/>: 100.</summary>
    public const int MaxOpenHours = 100;
    private const int MaxDescriptionLength = 1_000;

    [NonSerialized]
    private HashSet<DateOnly>? _closed;

    [NonSerialized]
    private HashSet<DateOnly>? _open;

    [NonSerialized]
    private HashSet<string>? _closedEveryYear;

    /// <summary>Gets a description, for people to read. Default: null, for none. Range: at most 1,000 characters.</summary>
    [Id(0)]
    public string? Description { get; init; }

    /// <summary>Gets the IANA time zone id of its days, for schedules that have no zone of their own. Null uses UTC.</summary>
    [Id(1)]
    public string? TimeZone { get; init; }

    /// <summary>Gets the closed weekdays. They must not be all seven. Default: Saturday and Sunday.</summary>
    [Id(2)]
    public IReadOnlyList<DayOfWeek> ClosedWeekdays { get; init; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>Gets the days that are closed.</summary>
    [Id(3)]
    public IReadOnlyList<DateOnly> Closed { get; init; } = [];

    /// <summary>Gets the days that are closed every year, as <c>MM-dd</c>.</summary>
    [Id(4)]
    public IReadOnlyList<string> ClosedEveryYear { get; init; } = [];

    /// <summary>Gets the days that are open, whatever the other lists say.</summary>
    [Id(5)]
    public IReadOnlyList<DateOnly> Open { get; init; } = [];

    /// <summary>
    /// Gets the hours that are open on open days. Default: empty, for the whole day. A weekday is also open the whole day if all entries
    /// name other weekdays.
    /// </summary>
    [Id(6)]
    public IReadOnlyList<OpenHours> OpenHours { get; init; } = [];

    /// <summary>Returns the open periods of a weekday, in ticks of the day, including both ends.</summary>
    internal IEnumerable<(long From, long To)> HoursOf(DayOfWeek weekday)
    {
        var own = OpenHours.Where(h => h.Weekdays.Contains(weekday)).ToList();
        own = own.Count > 0 ? own : [.. OpenHours.Where(h => h.Weekdays.Count == 0)];
        return own.Count > 0 ? own.Select(h => (h.From.Ticks, h.LastTick)) : [(0, TimeSpan.TicksPerDay - 1)];
    }

    [JsonIgnore]
    internal DateTimeZone Zone => TimeZones.Get(TimeZone);

    /// <summary>Returns whether a day is open.</summary>
    /// <param name="day">The day.</param>
    /// <returns>True if the day is open.</returns>
    public bool IsOpen(DateOnly day)
    {
        if ((_open ??= [.. Open]).Contains(day))
        {
            return true;
        }

        return !ClosedWeekdays.Contains(day.DayOfWeek) && !(_closed ??= [.. Closed]).Contains(day)
            && (ClosedEveryYear.Count == 0
                || !(_closedEveryYear ??= [.. ClosedEveryYear]).Contains(
                    day.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc />
    public bool Equals(BusinessCalendar? other) => other is not null && Description == other.Description && TimeZone == other.TimeZone
        && ClosedWeekdays.SequenceEqual(other.ClosedWeekdays) && Closed.SequenceEqual(other.Closed)
        && ClosedEveryYear.SequenceEqual(other.ClosedEveryYear) && Open.SequenceEqual(other.Open)
        && OpenHours.SequenceEqual(other.OpenHours);

    /// <inheritdoc />
    public override int GetHashCode() =>
        HashCode.Combine(Description, TimeZone, ClosedWeekdays.Count, Closed.Count, ClosedEveryYear.Count, Open.Count, OpenHours.Count);

    internal static string? NameFault(string? name) =>
        TaskNames.Fault(name)?.Replace("task name", "calendar name", StringComparison.Ordinal);

    /// <summary>Returns the faults.</summary>
    /// <param name="maxDays">The maximum number of days in a list.</param>
    /// <param name="maxDescription">The maximum length of the description.</param>
    internal IReadOnlyList<string> Faults(int maxDays = MaxDays, int maxDescription = MaxDescriptionLength)
    {
        if (ClosedWeekdays is null || Closed is null || ClosedEveryYear is null || Open is null)
        {
            return ["One of the lists closedWeekdays, closed, closedEveryYear and open is null; use an empty list instead."];
        }

        if (OpenHours is null || OpenHours.Any(h => h is null))
        {
            return ["The list openHours, or an entry of it, is null; use an empty list instead."];
        }

        var faults = new List<string>();
        if (Description?.Length > maxDescription)
        {
            faults.Add(
                $"description has {Description.Length} characters; {maxDescription} are allowed "
                    + "(TasksOptions.Limits.MaxDescriptionLength).");
        }

        try
        {
            _ = Zone;
        }
        catch (InvalidTaskException e)
        {
            faults.Add(e.Message);
        }

        if (ClosedWeekdays.Count > 100)
        {
            faults.Add($"closedWeekdays has {ClosedWeekdays.Count} entries; 100 are allowed.");
        }

        if (ClosedWeekdays.Any(d => !Enum.IsDefined(d)) || ClosedWeekdays.Distinct().Count() == 7)
        {
            faults.Add($"closedWeekdays is {string.Join(", ", ClosedWeekdays.Take(8))}; weekdays are allowed, and at least one day must "
                + "be open.");
        }

        foreach (var (name, count) in new[] { ("closed", Closed.Count), ("closedEveryYear", ClosedEveryYear.Count), ("open", Open.Count) })
        {
            if (count > maxDays)
            {
                faults.Add($"{name} has {count} days; {maxDays} are allowed (TasksOptions.Limits.MaxCalendarDays).");
            }
        }

        // Parsed in a leap year, so that February 29 is accepted.
        faults.AddRange(ClosedEveryYear.Where(d => d is not { Length: 5 } || !DateOnly.TryParseExact("2000-" + d, "yyyy-MM-dd", out _))
            .Take(10).Select(d => $"closedEveryYear has '{ShownText.Quote(d)}', which is not a month and day such as 12-25."));
        if (ClosedEveryYear.Distinct().Count() > 300)
        {
            faults.Add($"closedEveryYear has {ClosedEveryYear.Distinct().Count()} days; 300 are allowed.");
        }

        if (OpenHours.Count > MaxOpenHours)
        {
            faults.Add($"openHours has {OpenHours.Count} entries; {MaxOpenHours} are allowed.");
        }

        faults.AddRange(OpenHours.Take(MaxOpenHours).Select(h => h.Fault()).OfType<string>().Distinct());
        return faults;
    }
}
