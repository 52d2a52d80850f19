using NodaTime;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes instants on the open days of business calendars. Instants on closed days are dropped, or move to another day at the same local
/// time. Pure.
/// </summary>
internal static class OpenDays
{
    // This is longer than the longest list of closed days.
    private const int LongestClosure = 5000;

    // A clock change may affect one of two days and not the other. The search for an instant therefore starts this much before its time of
    // day.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(3);

    public static PlannedInstant? Next(DateTimeOffset after, ObservedCalendars calendar, ClosedDayRule rule, DateTimeZone zone,
        Func<DateTimeOffset, PlannedInstant?> planned)
    {
        if (rule != ClosedDayRule.Drop)
        {
            return new Mover(calendar, rule, zone, planned).Next(after);
        }

        return planned(after) is not { } next ? null
            : !next.Occurs || calendar.IsOpen(DateOf(zone, next.At)) ? next
            : next with { Effects = next.Effects | OccurrenceEffects.ClosedDay | OccurrenceEffects.Dropped };
    }

    private static readonly DateOnly Latest = new(9950, 1, 1);

    private static DateOnly DateOf(DateTimeZone zone, DateTimeOffset instant) => DateOnly.FromDateTime(zone.ToLocal(instant).DateTime);

    private static DateTimeOffset StartOf(DateTimeZone zone, DateOnly day) => zone.ToInstant(day.ToDateTime(TimeOnly.MinValue));

    private sealed class Mover(ObservedCalendars calendar, ClosedDayRule rule, DateTimeZone zone,
        Func<DateTimeOffset, PlannedInstant?> planned)
    {
        /// <summary>Checks one open day after the other, and for each day the days whose occurrences move to it.</summary>
        public PlannedInstant? Next(DateTimeOffset after)
        {
            var day = after < Earliest ? DateOf(zone, Earliest) : DateOf(zone, after);
            while (OpenFrom(day) is { } open)
            {
                var (first, last) = SourcesOf(open);
                PlannedInstant? best = null;
                for (var source = first; source <= last; source = source.AddDays(1))
                {
                    if (OnDay(source, open, after) is { } found
                        && (best is null || found.At < best.Value.At || (found.At == best.Value.At && source == open)))
                    {
                        best = found;
                    }
                }

                if (best is not null)
                {
                    return best;
                }

                // If nothing is planned for a long time, no day has to be checked.
                if (last >= Latest || planned(StartOf(zone, last.AddDays(1)).AddTicks(-1)) is not { } later)
                {
                    return null;
                }

                var next = DateOf(zone, later.At);
                day = rule == ClosedDayRule.Previous ? OpenUpTo(next) ?? next : next;
                day = day > open ? day : open.AddDays(1);
            }

            return null;
        }

        private static readonly DateTimeOffset Earliest = new(100, 1, 1, 0, 0, 0, TimeSpan.Zero);

        /// <summary>Returns the first instant after another among those that are planned for one day and take place on another.</summary>
        private PlannedInstant? OnDay(DateOnly source, DateOnly open, DateTimeOffset after)
        {
            var from = StartOf(zone, source).AddTicks(-1);
            if (source == open)
            {
                from = after > from ? after : from;
            }
            else if (DateOf(zone, after) == open)
            {
                var sameTime = zone.ToInstant(source.ToDateTime(TimeOnly.FromDateTime(zone.ToLocal(after).DateTime))) - Slack;
                from = sameTime > from ? sameTime : from;
            }

            while (planned(from) is { } next && DateOf(zone, next.At) is var day && day <= source)
            {
                from = next.At;
                if (day < source || !next.Occurs)
                {
                    // An instant that a clock change drops is not moved.
                    if (day == source && source == open && next.At > after)
                    {
                        return next;
                    }

                    continue;
                }

                var moved = source == open ? next : Move(next, open);
                if (moved.At > after)
                {
                    return moved;
                }
            }

            return null;
        }

        /// <summary>
        /// Moves an instant to the same local time on another day. It uses the planned local time, not the one to which a clock change had
        /// moved it.
        /// </summary>
        private PlannedInstant Move(PlannedInstant instant, DateOnly day)
        {
            var time = day.ToDateTime(TimeOnly.FromDateTime(zone.ToLocal(instant.At).DateTime - instant.Shift));
            var effects =
                (instant.Effects & ~(OccurrenceEffects.ClocksForward | OccurrenceEffects.ClocksBack)) | OccurrenceEffects.ClosedDay;
            if (instant.Gap is not (GapRule.FirstValid or GapRule.Skip) || zone.FirstAfterGap(time) is not { } firstValid)
            {
                return instant with { At = zone.ToInstant(time), Effects = effects, Shift = default };
            }

            effects |= OccurrenceEffects.ClocksForward | (instant.Gap == GapRule.Skip ? OccurrenceEffects.Dropped : OccurrenceEffects.None);
            return instant with { At = firstValid, Effects = effects, Shift = default };
        }

        private (DateOnly First, DateOnly Last) SourcesOf(DateOnly open)
        {
            var (first, last) = (open, open);
            for (var n = 0; n < LongestClosure && rule == ClosedDayRule.Next && first > DateOnly.MinValue
                && !IsOpen(first.AddDays(-1)); n++)
            {
                first = first.AddDays(-1);
            }

            for (var n = 0; n < LongestClosure && rule == ClosedDayRule.Previous && last < Latest && !IsOpen(last.AddDays(1)); n++)
            {
                last = last.AddDays(1);
            }

            return (first, last);
        }

        /// <summary>Decides whether a day is open and exists. Apia skipped a day.</summary>
        private bool IsOpen(DateOnly day) =>
            calendar.IsOpen(day) && zone.MapLocal(LocalDateTime.FromDateTime(day.ToDateTime(new TimeOnly(12, 0)))).Count > 0;

        private DateOnly? OpenFrom(DateOnly day)
        {
            for (var n = 0; n < LongestClosure && day < Latest; n++, day = day.AddDays(1))
            {
                if (IsOpen(day))
                {
                    return day;
                }
            }

            return null;
        }

        private DateOnly? OpenUpTo(DateOnly day)
        {
            for (var n = 0; n < LongestClosure && day > DateOnly.MinValue; n++, day = day.AddDays(-1))
            {
                if (IsOpen(day))
                {
                    return day;
                }
            }

            return null;
        }
    }
}
