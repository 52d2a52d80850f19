using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>Represents a schedule with a fixed interval. See <see cref="TaskSchedule.Every"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.EverySchedule")]
public sealed record EverySchedule : TaskSchedule
{
    internal EverySchedule(TimeSpan interval, DateTimeOffset? anchor, bool check = true)
    {
        Interval = interval;
        Anchor = anchor?.ToUniversalTime();
        if (check)
        {
            Check();
        }
    }

    /// <summary>Gets the time from one occurrence to the next.</summary>
    [Id(0)]
    public TimeSpan Interval { get; private init; }

    /// <summary>Gets an instant on the grid, in UTC. Null until the task is registered, unless it was given.</summary>
    [Id(1)]
    public DateTimeOffset? Anchor { get; private init; }

    internal override bool IsRelative => Anchor is null;

    internal override void Check() => CheckDuration(Interval, MinimumPeriod, "A period");

    private protected override PlannedInstant? Next(DateTimeOffset after)
    {
        if (Anchor is not { } anchor)
        {
            throw new InvalidOperationException($"This schedule, every {Interval}, has no anchor yet. Call Resolve first.");
        }

        var elapsed = after.UtcTicks - anchor.UtcTicks;
        var periods = Math.DivRem(elapsed, Interval.Ticks, out var rest) + (rest < 0 ? 0 : 1);
        var next = (Int128)anchor.UtcTicks + ((Int128)periods * Interval.Ticks);
        return next > DateTimeOffset.MaxValue.UtcTicks ? null : PlannedInstant.Plain(new DateTimeOffset((long)next, TimeSpan.Zero));
    }

    private protected override TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task,
        Func<string, BusinessCalendar?>? calendars) =>
        Anchor is null ? this with { Anchor = registeredAt.ToUniversalTime() } : this;

    private protected override ScheduleWords InWords() => new($"every {Durations.InWords(Interval)}");
}
