namespace OrleansTasks.Schedules;

/// <summary>
/// Contains the business calendars of a cluster at one time. Every partition has a copy. Changes are made to the copy of the first
/// partition.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CalendarSet")]
internal sealed record CalendarSet
{
    private static readonly BusinessCalendar AlwaysOpen = new() { ClosedWeekdays = [] };

    public static CalendarSet Empty { get; } = new();

    /// <summary>Gets the number of changes so far.</summary>
    [Id(0)]
    public long Revision { get; init; }

    [Id(1)]
    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; init; } = new Dictionary<string, BusinessCalendar>();

    public BusinessCalendar? Find(string name) => Calendars.GetValueOrDefault(name);

    /// <summary>
    /// Returns the calendar of a name. A calendar that was removed while a task was being registered with it counts as always open.
    /// </summary>
    public BusinessCalendar Get(string name) => Find(name) ?? AlwaysOpen;

    public CalendarSet With(string name, BusinessCalendar calendar) => Edited(new(Calendars, StringComparer.Ordinal) { [name] = calendar });

    public CalendarSet Without(string name)
    {
        var calendars = new Dictionary<string, BusinessCalendar>(Calendars, StringComparer.Ordinal);
        calendars.Remove(name);
        return Edited(calendars);
    }

    /// <summary>Decides whether these calendars change the occurrences of a schedule.</summary>
    public bool Changes(TaskSchedule schedule, CalendarSet before) => schedule.CalendarNames.Any(n => !Equals(Find(n), before.Find(n)));

    private CalendarSet Edited(Dictionary<string, BusinessCalendar> calendars) => new() { Revision = Revision + 1, Calendars = calendars };
}
