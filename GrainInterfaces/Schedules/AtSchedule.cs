using System.Globalization;

namespace OrleansTasks;

/// <summary>See <see cref="TaskSchedule.At"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.AtSchedule")]
public sealed record AtSchedule : TaskSchedule
{
    internal AtSchedule(DateTimeOffset instant) => Instant = instant.ToUniversalTime();

    /// <summary>The instant, in UTC.</summary>
    [Id(0)]
    public DateTimeOffset Instant { get; private init; }

    /// <inheritdoc />
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) => Instant > instant ? Instant : null;

    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"once at {Instant:yyyy-MM-dd HH:mm:ss} UTC");

    internal override DateTimeOffset Origin(DateTimeOffset registeredAt) => DateTimeOffset.MinValue;
}
