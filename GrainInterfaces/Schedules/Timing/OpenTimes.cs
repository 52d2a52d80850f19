using NodaTime;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes the instants at which business calendars are open in a zone. Occurrences at other instants are dropped, or move to the next
/// opening or to the last closing. Pure.
/// </summary>
/// <remarks>
/// An instant is open if its clock reading is. So a time that occurs twice is open twice, and opening hours within a gap do not exist.
/// </remarks>
internal sealed class OpenTimes(ObservedCalendars calendars, DateTimeZone zone)
{
    // This is longer than the longest list of closed days.
    private const int LongestClosure = 5000;

    private static readonly DateOnly Earliest = new(100, 1, 1);
    private static readonly DateOnly Latest = new(9950, 1, 1);

    public PlannedInstant? Next(DateTimeOffset after, ClosedDayRule rule, Func<DateTimeOffset, PlannedInstant?> planned) => rule switch
    {
        ClosedDayRule.Next => NextOpening(after, planned),
        ClosedDayRule.Previous => NextClosing(after, planned),
        _ => planned(after) is not { } next ? null
            : !next.Occurs || IsOpen(next.At) ? next
            : next with { Effects = next.Effects | OccurrenceEffects.ClosedHours | OccurrenceEffects.Dropped },
    };

    /// <summary>Decides whether all are open at an instant.</summary>
    public bool IsOpen(DateTimeOffset instant)
    {
        var local = zone.ToLocal(instant).DateTime;
        var day = DateOnly.FromDateTime(local);
        return calendars.IsOpen(day)
            && (!calendars.HaveHours || calendars.HoursOf(day).Any(h => h.From <= local.TimeOfDay.Ticks && local.TimeOfDay.Ticks <= h.To));
    }

    /// <summary>Returns the first instant after a given one at which an open period starts.</summary>
    public DateTimeOffset? OpeningAfter(DateTimeOffset instant)
    {
        var day = DateOf(instant);
        day = day < Earliest ? Earliest : day;
        for (var n = 0; n < LongestClosure && day < Latest; n++, day = day.AddDays(1))
        {
            SearchBudget.Spend();
            foreach (var (from, _) in SpansOf(day))
            {
                if (from > instant)
                {
                    return from;
                }
            }
        }

        return null;
    }

    /// <summary>Returns the last instant up to a given one at which an open period ends.</summary>
    private DateTimeOffset? ClosingUpTo(DateTimeOffset instant)
    {
        var day = DateOf(instant);
        day = day > Latest ? Latest : day;
        for (var n = 0; n < LongestClosure && day > Earliest; n++, day = day.AddDays(-1))
        {
            SearchBudget.Spend();
            foreach (var (_, to) in SpansOf(day).Reverse())
            {
                if (to <= instant)
                {
                    return to;
                }
            }
        }

        return null;
    }

    private PlannedInstant? NextOpening(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> planned)
    {
        // Instants that were planned for since the last closing take place at the opening.
        var from = IsOpen(after) ? after : ClosingUpTo(after) ?? after;
        while (planned(from) is { } next)
        {
            if (IsOpen(next.At))
            {
                return next;
            }

            if (next.Occurs)
            {
                return OpeningAfter(next.At) is not { } opening ? null
                    : planned(opening.AddTicks(-1)) is { Occurs: true } there && there.At == opening ? there
                    : Moved(next, opening);
            }

            // The local time does not exist, and it is closed too.
            from = next.At;
        }

        return null;
    }

    private PlannedInstant? NextClosing(DateTimeOffset after, Func<DateTimeOffset, PlannedInstant?> planned)
    {
        // Instants that are planned for until the next opening have taken place before.
        if (!IsOpen(after) || ClosingUpTo(after) == after)
        {
            if (OpeningAfter(after) is not { } opening)
            {
                return null;
            }

            after = opening.AddTicks(-1);
        }

        while (planned(after) is { } next)
        {
            if (IsOpen(next.At))
            {
                return next;
            }

            if (next.Occurs && ClosingUpTo(next.At) is { } closing && closing > after)
            {
                return Moved(next, closing);
            }

            after = next.At;
        }

        return null;
    }

    private static PlannedInstant Moved(PlannedInstant planned, DateTimeOffset at) =>
        planned with { At = at, Effects = planned.Effects | OccurrenceEffects.ClosedHours, Shift = default };

    /// <summary>Returns the open periods of a day, including both ends, in order.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> SpansOf(DateOnly day)
    {
        if (!calendars.IsOpen(day))
        {
            return [];
        }

        var midnight = day.ToDateTime(TimeOnly.MinValue).Ticks;
        var around = Instant.FromDateTimeUtc(new DateTime(midnight, DateTimeKind.Utc));
        var spans = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach (var interval in zone.GetZoneIntervals(new Interval(around - Duration.FromDays(1), around + Duration.FromDays(2))))
        {
            // The platform's offsets are whole minutes.
            var offset = interval.WallOffset.ToTimeSpan().Ticks;
            offset -= offset % TimeSpan.TicksPerMinute;
            var (first, last) = (interval.HasStart ? interval.Start.ToUnixTimeTicks() + DateTime.UnixEpoch.Ticks : 0,
                interval.HasEnd ? interval.End.ToUnixTimeTicks() + DateTime.UnixEpoch.Ticks - 1 : long.MaxValue);
            foreach (var hours in calendars.HoursOf(day))
            {
                var (from, to) = (Math.Max(midnight + hours.From - offset, first), Math.Min(midnight + hours.To - offset, last));
                if (from <= to)
                {
                    spans.Add((new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero)));
                }
            }
        }

        return spans;
    }

    private DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(zone.ToLocal(instant).DateTime);
}
