using NodaTime;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes the instants of a recurrence rule in a time zone, with included and without excluded ones. Values that were given as instants
/// are compared with instants. Values that were given as local times are compared with clock readings. So it remains known which of two
/// equal local times is meant.
/// </summary>
/// <remarks>
/// Source: RFC 5545, sections 3.3.10, 3.8.5.1 and 3.8.5.2. <c>COUNT</c> counts occurrences, not local times: a time that a clock change
/// skips does not count, and one that it repeats counts as often as it occurs. Excluded ones count, as in the RFC.
/// </remarks>
internal sealed class RuleInstants
{
    private readonly ZonedPattern _rule;
    private readonly ZonedPattern _counted;
    private readonly DateTimeOffset? _start;
    private readonly DateTimeOffset? _until;
    private readonly int? _count;
    private readonly ZonedPattern? _listed;
    private readonly DateTimeOffset[] _included;
    private readonly HashSet<DateTimeOffset> _excluded;
    private Box<DateTimeOffset>? _last;

    public RuleInstants(RecurrenceRule rule, DateTime start, DateTimeZone zone, GapRule? gap, OverlapRule? overlap,
        IEnumerable<DateTime> included, IEnumerable<DateTime> excluded)
    {
        _start = start.Kind == DateTimeKind.Utc ? new DateTimeOffset(start) : null;
        _until = rule.Until is { IsInstant: true } until ? new DateTimeOffset(until.Time) : null;
        _count = rule.Count;
        var readings = excluded.Where(t => t.Kind != DateTimeKind.Utc).ToHashSet();
        _excluded = [.. excluded.Where(t => t.Kind == DateTimeKind.Utc).Select(t => new DateTimeOffset(t))];
        var reading = DateTime.SpecifyKind(_start is { } first ? zone.ToLocal(first).DateTime : start, DateTimeKind.Unspecified);
        var from = reading;
        if (zone.MapLocal(LocalDateTime.FromDateTime(reading)) is { Count: 2 } twice)
        {
            // A clock change repeats the start, and with it times before the start, which then come after it.
            _start ??= twice.First().ToDateTimeOffset();
            from -= (twice.EarlyInterval.WallOffset - twice.LateInterval.WallOffset).ToTimeSpan();
        }

        if (rule is { RepeatsWithinDay: true, Until: { IsInstant: false } last }
            && zone.MapLocal(LocalDateTime.FromDateTime(last.Time)) is { Count: 2 } end)
        {
            _until = end.First().ToDateTimeOffset();
        }

        _rule = Zoned(readings);
        _counted = _count is null || readings.Count == 0 ? _rule : Zoned(new HashSet<DateTime>());

        // A time that was listed explicitly is meant to occur once.
        var listed = included.Where(t => t.Kind != DateTimeKind.Utc && !readings.Contains(t)).ToList();
        _listed = listed.Count == 0
            ? null
            : new ZonedPattern(new ListedTimes(listed), zone, gap ?? GapRule.FirstValid, overlap ?? OverlapRule.First);
        _included =
            [.. included.Where(t => t.Kind == DateTimeKind.Utc).Select(t => new DateTimeOffset(t))
                .Where(t => !readings.Contains(zone.ToLocal(t).DateTime)).Distinct().Order()];

        ZonedPattern Zoned(HashSet<DateTime> without) => new(new RulePattern(rule, reading, without, from), zone, gap, overlap, _start);
    }

    /// <summary>Returns the first instant after another, dropped or not.</summary>
    public PlannedInstant? NextAfter(DateTimeOffset after)
    {
        var next = Earlier(Earlier(OfRule(after), _listed?.NextAfter(after)), Included(after));
        while (next is { } found && _excluded.Contains(found.At))
        {
            SearchBudget.Spend();
            next = Earlier(Earlier(OfRule(found.At), _listed?.NextAfter(found.At)), Included(found.At));
        }

        return next;
    }

    private PlannedInstant? OfRule(DateTimeOffset after)
    {
        var isFirst = after < _start;
        after = isFirst ? _start!.Value.AddTicks(-1) : after;
        if (after >= _until || _rule.NextAfter(after) is not { } next || next.At > _until)
        {
            return null;
        }

        return _count is null || next.At <= Last ? next : null;
    }

    private PlannedInstant? Included(DateTimeOffset after)
    {
        var at = Array.BinarySearch(_included, after);
        at = at >= 0 ? at + 1 : ~at;
        return at < _included.Length ? PlannedInstant.Plain(_included[at]) : null;
    }

    /// <summary>Gets the last instant that the rule counts. It is computed when it is first needed.</summary>
    private DateTimeOffset Last => (_last ??= new Box<DateTimeOffset>(CountToLast())).Value;

    private DateTimeOffset CountToLast()
    {
        var last = _start is { } start && start > DateTimeOffset.MinValue ? start.AddTicks(-1) : DateTimeOffset.MinValue;
        for (var left = _count!.Value; left > 0 && _counted.NextAfter(last) is { } next;)
        {
            last = next.At;
            left -= next.Occurs ? 1 : 0;
        }

        return last;
    }

    /// <summary>Returns the earlier of two instants. If they are equal, returns one that occurs.</summary>
    private static PlannedInstant? Earlier(PlannedInstant? one, PlannedInstant? other)
    {
        if (one is not { } first || other is not { } second)
        {
            return one ?? other;
        }

        return second.At < first.At || (second.At == first.At && !first.Occurs) ? other : one;
    }

    private sealed record Box<T>(T Value);
}
