using NodaTime;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Schedules;

/// <summary>
/// Decides whether exceptions cover schedules, by comparing their definitions instead of stepping through their occurrences. A positive
/// answer is correct, but it does not detect every case. Pure.
/// </summary>
internal static class ScheduleCover
{
    // From this year on, the offsets of all zones are whole minutes.
    private static readonly DateTimeOffset WholeMinutes = new(1973, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // The start of a rule may lie near a clock change.
    private static readonly TimeSpan AroundAStart = TimeSpan.FromHours(3);

    /// <summary>Returns the instant from which the exceptions leave nothing of the schedules, or null if it is not known.</summary>
    public static DateTimeOffset? Since(IReadOnlyList<TaskSchedule> schedules, IReadOnlyList<TaskSchedule> exceptions)
    {
        DateTimeOffset? since = DateTimeOffset.MinValue;
        foreach (var schedule in schedules)
        {
            since = Later(since, SinceOf(schedule, exceptions));
        }

        return since;
    }

    private static DateTimeOffset? SinceOf(TaskSchedule schedule, IReadOnlyList<TaskSchedule> exceptions)
    {
        SearchBudget.Spend(exceptions.Count);
        if (exceptions.Any(e => Equals(e, schedule)))
        {
            return DateTimeOffset.MinValue;
        }

        // An occurrence that is moved may take place at any instant.
        return schedule.Limits?.Moves == true ? null
            : schedule is UnionSchedule union ? Since(union.Schedules, [.. union.Exceptions, .. exceptions])
            : OfOne(Bare(schedule), [.. exceptions.SelectMany(e => Parts(e, schedule.End, DateTimeOffset.MinValue)).OrderBy(p => p.Since)]);
    }

    /// <summary>
    /// Returns the single schedules of an exception that last as long as needed, and the instant from which each of them applies.
    /// </summary>
    private static IEnumerable<Part> Parts(TaskSchedule exception, DateTimeOffset? end, DateTimeOffset since)
    {
        if (exception.Limits is { } limits)
        {
            if (limits.Moves || limits.MaxRuns is not null || limits.HasCalendar || (limits.End is not null && !(limits.End >= end)))
            {
                return [];
            }

            since = limits.Start > since ? limits.Start.Value : since;
        }

        return exception is not UnionSchedule union ? [new Part(Bare(exception), since)]
            : union.Exceptions.Count == 0 ? union.Schedules.SelectMany(s => Parts(s, end, since))
            : [];
    }

    private static DateTimeOffset? OfOne(TaskSchedule schedule, List<Part> parts)
    {
        if (parts.FirstOrDefault(p => Equals(p.Schedule, schedule) || IsOnGrid(schedule, p.Schedule)) is { } same)
        {
            return same.Since;
        }

        if (Clock.Of(schedule, all: true) is not { } clock)
        {
            return null;
        }

        var (boxes, since) = (new List<TimeBox>(), DateTimeOffset.MinValue);
        foreach (var part in parts)
        {
            if (Clock.Of(part.Schedule, all: false) is not { Boxes.Count: > 0 } other)
            {
                continue;
            }

            var isSame = clock.AgreesWith(other);
            var usable = isSame ? other.Boxes : [.. other.Boxes.Where(b => clock.MayUse(b, other))];
            if (usable.Count == 0)
            {
                continue;
            }

            boxes.AddRange(usable);
            since = Later(Later(since, part.Since),
                Later(other.Start, isSame || usable.All(b => b == TimeBox.All) ? since : WholeMinutes))!.Value;
            if (clock.Boxes.All(b => b.IsCoveredBy(boxes)))
            {
                return since;
            }
        }

        return null;
    }

    private static bool IsOnGrid(TaskSchedule schedule, TaskSchedule other) =>
        schedule is EverySchedule { Anchor: { } anchor, Interval: var interval }
            && other is EverySchedule { Anchor: { } grid, Interval: var step }
        && interval.Ticks % step.Ticks == 0 && (anchor - grid).Ticks % step.Ticks == 0;

    private static TaskSchedule Bare(TaskSchedule schedule) => schedule.Limits is null ? schedule : schedule with { Limits = null };

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other is null ? null : one > other ? one : other;

    private sealed record Part(TaskSchedule Schedule, DateTimeOffset Since);

    /// <summary>Contains the clock readings of a schedule, and what happens to them at a clock change.</summary>
    private sealed record Clock(IReadOnlyList<TimeBox> Boxes, DateTimeZone Zone, GapRule? Gap, OverlapRule Overlap, DateTimeOffset Start)
    {
        private bool IsFixed => Zone.MinOffset == Zone.MaxOffset;

        public static Clock? Of(TaskSchedule schedule, bool all)
        {
            try
            {
                return schedule switch
                {
                    CronSchedule { IsRelative: false } cron => new Clock(
                        [.. CronBox.Of(cron.Expression, cron.Days, all)], cron.Zone!, cron.EffectiveGap, cron.EffectiveOverlap,
                        DateTimeOffset.MinValue),
                    CalendarSchedule { RuleStart: { } start } rule when rule.Exclude.Count == 0 || all => OfRule(rule, start, all),
                    EverySchedule { Anchor: { } anchor } every => GridBox.Of(every.Interval, anchor, all) is { } box
                        ? new Clock([box], DateTimeZone.Utc, null, OverlapRule.Both, DateTimeOffset.MinValue) : null,
                    _ => null,
                };
            }
            catch (Exception e) when (e is InvalidTaskException or FormatException)
            {
                // An earlier version stored it, and it never occurs.
                return null;
            }
        }

        /// <summary>Decides whether equal readings of both clocks are equal instants, so that the readings can be compared.</summary>
        public bool AgreesWith(Clock other) =>
            IsFixed ? other.IsFixed && Zone.MinOffset == other.Zone.MinOffset
            : Zone.Equals(other.Zone)
                && ((Gap == other.Gap && Overlap == other.Overlap) || (Gap is null or GapRule.Skip && other.Overlap == OverlapRule.Both));

        /// <summary>
        /// Decides whether the times of a box on another clock are the same on this one, including those at which a gap ends.
        /// </summary>
        public bool MayUse(TimeBox box, Clock other) =>
            box.IsInAllZones && (other.IsFixed || other.Overlap == OverlapRule.Both)
                && (IsFixed || Gap is not GapRule.FirstValid || (box.Seconds & 1) != 0);

        private static Clock? OfRule(CalendarSchedule rule, DateTime start, bool all)
        {
            if (all && rule.Include.Count > 0)
            {
                return null;
            }

            var parsed = RuleText.Parse(rule.Rule);
            var zone = rule.Zone!;
            var isInstant = start.Kind == DateTimeKind.Utc;
            var instant = isInstant ? new DateTimeOffset(start) : zone.ToInstant(start);
            var reading = isInstant ? zone.ToLocal(instant).DateTime : start;
            var begin = instant < DateTimeOffset.MaxValue - AroundAStart && !(isInstant && zone.MinOffset == zone.MaxOffset)
                ? instant + AroundAStart
                : instant;
            return RuleBox.Of(parsed, reading, all) is not { } box ? null : new Clock(
                [box],
                zone,
                rule.Gap ?? (parsed.RepeatsWithinDay ? null : GapRule.FirstValid),
                rule.Overlap ?? (parsed.RepeatsWithinDay ? OverlapRule.Both : OverlapRule.First),
                begin);
        }
    }
}
