namespace OrleansTasks;

/// <summary>See <see cref="TaskSchedule.At"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AtSchedule")]
public sealed record AtSchedule : TaskSchedule
{
    internal AtSchedule(DateTimeOffset instant) => Instant = instant.ToUniversalTime();

    /// <summary>The instant, in UTC.</summary>
    [Id(0)]
    public DateTimeOffset Instant { get; private init; }

    internal override int LongestSearch => 1;

    private protected override PlannedInstant? Next(DateTimeOffset after) => Instant > after ? PlannedInstant.Plain(Instant) : null;

    private protected override string InWords() => $"once at {Durations.InWords(Instant)}";
}
