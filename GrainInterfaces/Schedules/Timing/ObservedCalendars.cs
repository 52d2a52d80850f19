using NodaTime;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Combines several business calendars: the combination is closed when any of them is.</summary>
/// <param name="first">The first one.</param>
/// <param name="others">The others, or null if there are none.</param>
internal readonly struct ObservedCalendars(BusinessCalendar first, IReadOnlyList<BusinessCalendar>? others)
{
    /// <summary>Gets the zone of their days for schedules without a zone of their own: that of the first calendar that has one.</summary>
    public DateTimeZone Zone =>
        first.TimeZone is null && others?.FirstOrDefault(c => c.TimeZone is not null) is { } other ? other.Zone : first.Zone;

    /// <summary>Gets whether some are open only at some hours.</summary>
    public bool HaveHours => first.OpenHours.Count > 0 || others?.Any(c => c.OpenHours.Count > 0) == true;

    /// <summary>Decides whether a day is open.</summary>
    public bool IsOpen(DateOnly day)
    {
        if (!first.IsOpen(day))
        {
            return false;
        }

        for (var n = 0; n < others?.Count; n++)
        {
            if (!others[n].IsOpen(day))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Returns the periods of an open day at which all are open, in ticks of the day, including both ends. They are in order and do not
    /// touch.
    /// </summary>
    public IReadOnlyList<(long From, long To)> HoursOf(DateOnly day)
    {
        var hours = Merged(first.HoursOf(day.DayOfWeek));
        foreach (var other in others ?? [])
        {
            var theirs = Merged(other.HoursOf(day.DayOfWeek));
            hours =
                [.. hours.SelectMany(h => theirs.Select(t => (From: Math.Max(h.From, t.From), To: Math.Min(h.To, t.To))))
                    .Where(h => h.From <= h.To).Order()];
        }

        return hours;
    }

    private static List<(long From, long To)> Merged(IEnumerable<(long From, long To)> hours)
    {
        var merged = new List<(long From, long To)>();
        foreach (var next in hours.Order())
        {
            if (merged.Count > 0 && next.From <= merged[^1].To + 1)
            {
                merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, next.To));
            }
            else
            {
                merged.Add(next);
            }
        }

        return merged;
    }
}
