using NodaTime;
using NodaTime.TimeZones;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Converts local times to instants in a time zone. A zone is a sequence of intervals with one offset each. Within an interval, local times
/// and instants correspond. Where two intervals meet, <see cref="GapRule"/> and <see cref="OverlapRule"/> decide.
/// </summary>
/// <param name="pattern">The local times.</param>
/// <param name="zone">The zone.</param>
/// <param name="gap">What happens to a local time that does not exist. Null: the default for the pattern.</param>
/// <param name="overlap">When a local time that occurs twice takes place. Null: the default for the pattern.</param>
/// <param name="start">
/// The instant at which it starts, if any. If a local time occurs before it and again after it, the second one is the first occurrence.
/// </param>
internal sealed class ZonedPattern(ILocalPattern pattern, DateTimeZone zone, GapRule? gap, OverlapRule? overlap,
    DateTimeOffset? start = null)
{
    // A pattern that repeats within a day fires by elapsed time. One with times of day fires once a day.
    private readonly OverlapRule _overlap = overlap ?? (pattern.Repeats ? OverlapRule.Both : OverlapRule.First);
    private readonly GapRule? _gap = gap ?? (pattern.Repeats ? null : GapRule.FirstValid);

    public DateTimeZone Zone => zone;

    public PlannedInstant? NextAfter(DateTimeOffset after)
    {
        if (after >= Latest)
        {
            return null;
        }

        var from = after.UtcDateTime;
        var interval = zone.GetZoneInterval(Instant.FromDateTimeOffset(after));
        while (true)
        {
            if (Earlier(FromGap(interval, from), Regular(interval, from)) is { } next)
            {
                return next.At < Latest ? next : null;
            }

            if (!interval.HasEnd || interval.End.ToDateTimeOffset() >= Latest || !HasMore(interval, from, out var until))
            {
                return null;
            }

            from = interval.End.ToDateTimeUtc().AddTicks(-1);
            interval = zone.GetZoneInterval(interval.End);
            if (until > interval.Start)
            {
                // The intervals between contain no times.
                from = until.ToDateTimeUtc();
                interval = zone.GetZoneInterval(until);
            }
        }
    }

    /// <summary>The end of the search: a pattern without an occurrence before this instant has none.</summary>
    private static readonly DateTimeOffset Latest = new(2500, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Returns the first instant after another whose local time exists in an interval.</summary>
    private PlannedInstant? Regular(ZoneInterval interval, DateTime from)
    {
        var offset = interval.WallOffset.ToTimeSpan();
        var begin = interval.HasStart ? interval.Start.ToDateTimeUtc() : DateTime.MinValue;
        var end = interval.HasEnd ? interval.End.ToDateTimeUtc() : DateTime.MaxValue;
        var local = Shift(from < begin ? begin.AddTicks(-1) : from, offset);

        // Local times before this one also existed in the previous interval. Those from the other one on occur again in the next interval.
        var again = OffsetBefore(interval) is { } before && before > offset ? Shift(begin, before) : DateTime.MinValue;
        var early = start is { } first && OffsetBefore(interval) is { } earlier ? Shift(first.UtcDateTime, earlier) : DateTime.MinValue;
        var twice = OffsetAfter(interval) is { } next && next < offset ? Shift(end, next) : DateTime.MaxValue;
        while (pattern.NextAfter(local) is { } found)
        {
            var instant = Shift(found, -offset);
            if (instant >= end || (found >= twice && _overlap == OverlapRule.Second))
            {
                return null;
            }

            if (found < again && found >= early && _overlap == OverlapRule.First)
            {
                local = again.AddTicks(-1);
                continue;
            }

            return Planned(instant, found < again || found >= twice ? OccurrenceEffects.ClocksBack : OccurrenceEffects.None);
        }

        return null;
    }

    /// <summary>Returns the first instant after another whose local time lies in the gap at the start of an interval.</summary>
    private PlannedInstant? FromGap(ZoneInterval interval, DateTime from)
    {
        if (_gap is not { } rule || OffsetBefore(interval) is not { } before || before >= interval.WallOffset.ToTimeSpan())
        {
            return null;
        }

        var begin = interval.Start.ToDateTimeUtc();
        var (first, end) = (Shift(begin, before), Shift(begin, interval.WallOffset.ToTimeSpan()));
        if (rule == GapRule.Shift)
        {
            var local = from < begin ? first.AddTicks(-1) : Shift(from, before);
            return pattern.NextAfter(local) is { } shifted && shifted < end
                ? Planned(Shift(shifted, -before), OccurrenceEffects.ClocksForward) with { Shift = end - first }
                : null;
        }

        if (from >= begin || pattern.NextAfter(first.AddTicks(-1)) is not { } inGap || inGap >= end)
        {
            return null;
        }

        return Planned(begin,
            rule == GapRule.Skip ? OccurrenceEffects.ClocksForward | OccurrenceEffects.Dropped : OccurrenceEffects.ClocksForward) with
        {
            Shift = end - inGap
        };
    }

    /// <summary>Decides whether there is anything after an interval, and returns an instant before it.</summary>
    private bool HasMore(ZoneInterval interval, DateTime from, out Instant before)
    {
        // A local time may occur again after clocks are set back, which is never by more than a day.
        var local = Shift(from, interval.WallOffset.ToTimeSpan() - TimeSpan.FromDays(1));
        var resume = Shift(interval.End.ToDateTimeUtc(), TimeSpan.FromDays(-1));
        var found = pattern.NextAfter(local > resume ? local : resume);
        before = found is { } time && time > DateTime.MinValue.AddDays(3)
            ? Instant.FromDateTimeUtc(DateTime.SpecifyKind(time.AddDays(-2), DateTimeKind.Utc))
            : interval.End;
        return found is not null;
    }

    private TimeSpan? OffsetBefore(ZoneInterval interval) =>
        interval.HasStart ? zone.GetUtcOffset(interval.Start - Duration.Epsilon).ToTimeSpan() : null;

    private TimeSpan? OffsetAfter(ZoneInterval interval) => interval.HasEnd ? zone.GetUtcOffset(interval.End).ToTimeSpan() : null;

    /// <summary>Returns the earlier of two instants. If they are equal, returns the one that occurs without a clock change.</summary>
    private static PlannedInstant? Earlier(PlannedInstant? fromGap, PlannedInstant? regular) =>
        fromGap is null || regular?.At <= fromGap.Value.At ? regular : fromGap;

    private PlannedInstant Planned(DateTime instant, OccurrenceEffects effects)
    {
        var at = new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Unspecified), TimeSpan.Zero);
        return new PlannedInstant(at, at, effects) { Gap = _gap };
    }

    private static DateTime Shift(DateTime time, TimeSpan offset)
    {
        var ticks = time.Ticks + offset.Ticks;
        return new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
    }
}
