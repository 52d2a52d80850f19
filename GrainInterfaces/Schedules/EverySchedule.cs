namespace OrleansTasks;

/// <summary>See <see cref="TaskSchedule.Every"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.EverySchedule")]
public sealed record EverySchedule : TaskSchedule
{
    internal EverySchedule(TimeSpan interval, DateTimeOffset? anchor)
    {
        Interval = interval;
        Anchor = anchor?.ToUniversalTime();
        Check();
    }

    /// <summary>The period.</summary>
    [Id(0)]
    public TimeSpan Interval { get; private init; }

    /// <summary>An instant on the grid, in UTC; null until the task is registered, unless given.</summary>
    [Id(1)]
    public DateTimeOffset? Anchor { get; private init; }

    /// <inheritdoc />
    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        if (Anchor is not { } anchor)
        {
            throw new InvalidOperationException("This schedule has no anchor yet; Resolve gives it one.");
        }

        var elapsed = instant.UtcTicks - anchor.UtcTicks;
        var periods = Math.DivRem(elapsed, Interval.Ticks, out var rest) + (rest < 0 ? 0 : 1);
        var next = (Int128)anchor.UtcTicks + ((Int128)periods * Interval.Ticks);
        return next > DateTimeOffset.MaxValue.UtcTicks ? null : new DateTimeOffset((long)next, TimeSpan.Zero);
    }

    /// <inheritdoc />
    public override TaskSchedule Resolve(DateTimeOffset registeredAt) => Anchor is null ? this with { Anchor = registeredAt.ToUniversalTime() } : this;

    /// <inheritdoc />
    public override string Describe() => $"every {Durations.InWords(Interval)}";

    private protected override void Check() => CheckDuration(Interval, MinimumPeriod, "A period");
}
