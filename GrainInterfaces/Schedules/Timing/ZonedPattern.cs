using NodaTime;
using NodaTime.TimeZones;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// The instants of local times in a time zone. A zone is a row of intervals with one offset each; within one of them local times and instants
/// go together, and where two meet, <see cref="GapRule"/> and <see cref="OverlapRule"/> decide.
/// </summary>
/// <param name="pattern">The local times.</param>
/// <param name="zone">The zone.</param>
/// <param name="gap">What becomes of a local time that does not exist; null: what suits the pattern.</param>
/// <param name="overlap">When a local time is that comes twice; null: what suits the pattern.</param>
/// <param name="start">The instant at which it begins, if it does: of a local time that came before it and comes again, the second is the first.</param>
internal sealed class ZonedPattern(ILocalPattern pattern, DateTimeZone zone, GapRule? gap, OverlapRule? overlap, DateTimeOffset? start = null)
{
    // A pattern that goes on and on fires by elapsed time; one with times of the day once a day.
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
                // Nothing is in the intervals between.
                from = until.ToDateTimeUtc();
                interval = zone.GetZoneInterval(until);
            }
        }
    }

    /// <summary>From this on, nothing is looked for: what has no occurrence before has none.</summary>
    private static readonly DateTimeOffset Latest = new(2500, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The first one after an instant whose local time exists in an interval.</summary>
    private PlannedInstant? Regular(ZoneInterval interval, DateTime from)
    {
        var offset = interval.WallOffset.ToTimeSpan();
        var begin = interval.HasStart ? interval.Start.ToDateTimeUtc() : DateTime.MinValue;
        var end = interval.HasEnd ? interval.End.ToDateTimeUtc() : DateTime.MaxValue;
        var local = Shift(from < begin ? begin.AddTicks(-1) : from, offset);

        // Local times before this one were in the interval before too; and those from that one on come again in the interval after.
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

    /// <summary>The first one after an instant whose local time lies in the gap with which an interval begins.</summary>
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
            return pattern.NextAfter(local) is { } shifted && shifted < end ? Planned(Shift(shifted, -before), OccurrenceEffects.ClocksForward) with { Shift = end - first } : null;
        }

        if (from >= begin || pattern.NextAfter(first.AddTicks(-1)) is not { } inGap || inGap >= end)
        {
            return null;
        }

        return Planned(begin, rule == GapRule.Skip ? OccurrenceEffects.ClocksForward | OccurrenceEffects.Dropped : OccurrenceEffects.ClocksForward) with { Shift = end - inGap };
    }

    /// <summary>Whether there is anything after an interval, and an instant before it.</summary>
    private bool HasMore(ZoneInterval interval, DateTime from, out Instant before)
    {
        // A local time may come again after clocks went back; they never go back by more than a day.
        var local = Shift(from, interval.WallOffset.ToTimeSpan() - TimeSpan.FromDays(1));
        var resume = Shift(interval.End.ToDateTimeUtc(), TimeSpan.FromDays(-1));
        var found = pattern.NextAfter(local > resume ? local : resume);
        before = found is { } time && time > DateTime.MinValue.AddDays(3)
            ? Instant.FromDateTimeUtc(DateTime.SpecifyKind(time.AddDays(-2), DateTimeKind.Utc))
            : interval.End;
        return found is not null;
    }

    private TimeSpan? OffsetBefore(ZoneInterval interval) => interval.HasStart ? zone.GetUtcOffset(interval.Start - Duration.Epsilon).ToTimeSpan() : null;

    private TimeSpan? OffsetAfter(ZoneInterval interval) => interval.HasEnd ? zone.GetUtcOffset(interval.End).ToTimeSpan() : null;

    /// <summary>The earlier of two; of two at the same instant, the one that occurs of itself.</summary>
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
