using NodaTime;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Several business calendars as one: closed when any of them is.</summary>
/// <param name="first">The first one.</param>
/// <param name="others">The others, if there are any.</param>
internal readonly struct ObservedCalendars(BusinessCalendar first, IReadOnlyList<BusinessCalendar>? others)
{
    /// <summary>Where their days are, for schedules that have no zone of their own: in the zone of the first one that has one.</summary>
    public DateTimeZone Zone => first.TimeZone is null && others?.FirstOrDefault(c => c.TimeZone is not null) is { } other ? other.Zone : first.Zone;

    /// <summary>Whether some are open at some hours only.</summary>
    public bool HaveHours => first.OpenHours.Count > 0 || others?.Any(c => c.OpenHours.Count > 0) == true;

    /// <summary>Whether a day is open.</summary>
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

    /// <summary>The stretches of an open day at which all are open, in ticks of the day, both ends included; in their order, apart from each other.</summary>
    public IReadOnlyList<(long From, long To)> HoursOf(DateOnly day)
    {
        var hours = Merged(first.HoursOf(day.DayOfWeek));
        foreach (var other in others ?? [])
        {
            var theirs = Merged(other.HoursOf(day.DayOfWeek));
            hours = [.. hours.SelectMany(h => theirs.Select(t => (From: Math.Max(h.From, t.From), To: Math.Min(h.To, t.To)))).Where(h => h.From <= h.To).Order()];
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
