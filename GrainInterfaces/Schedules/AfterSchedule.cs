namespace OrleansTasks;

/// <summary>See <see cref="TaskSchedule.After"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AfterSchedule")]
public sealed record AfterSchedule : TaskSchedule
{
    internal AfterSchedule(TimeSpan delay)
    {
        Delay = delay;
        Check();
    }

    /// <summary>How long after registration.</summary>
    [Id(0)]
    public TimeSpan Delay { get; private init; }

    /// <inheritdoc />
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) =>
        throw new InvalidOperationException("This schedule is relative to its registration; Resolve makes it absolute.");

    /// <inheritdoc />
    public override TaskSchedule Resolve(DateTimeOffset registeredAt) => At(registeredAt + Delay);

    /// <inheritdoc />
    public override string Describe() => Delay == TimeSpan.Zero ? "once, at once" : $"once, {Durations.InWords(Delay)} after registration";

    private protected override void Check() => CheckDuration(Delay, TimeSpan.Zero, "A delay");
}
