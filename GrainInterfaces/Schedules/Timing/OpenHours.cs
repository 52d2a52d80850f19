using System.Text.Json.Serialization;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>From when to when a business calendar is open on a day; both ends belong to it.</summary>
/// <remarks>
/// In JSON: <c>{"weekdays":["saturday"],"from":"09:00","to":"13:00"}</c>. A day may have several. They are local times: of a time that comes twice, both are open, and one that clocks skip is
/// not there.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OpenHours")]
public sealed record OpenHours
{
    /// <summary>The weekdays for which it holds. Empty, the default: those for which no other entry names them.</summary>
    [Id(0)]
    public IReadOnlyList<DayOfWeek> Weekdays { get; init; } = [];

    /// <summary>The first time of the day that is open. Default: midnight.</summary>
    [Id(1)]
    [JsonConverter(typeof(ClockTimeConverter))]
    public TimeOnly From { get; init; }

    /// <summary>The last time of the day that is open; later than <see cref="From"/>. Midnight, the default, is the end of the day, in JSON <c>24:00</c>.</summary>
    [Id(2)]
    [JsonConverter(typeof(ClockTimeConverter.OfAnEnd))]
    public TimeOnly To { get; init; }

    /// <summary>The last tick of the day that is open.</summary>
    internal long LastTick => To == TimeOnly.MinValue ? TimeSpan.TicksPerDay - 1 : To.Ticks;

    /// <inheritdoc />
    public bool Equals(OpenHours? other) => other is not null && From == other.From && To == other.To && Weekdays.SequenceEqual(other.Weekdays);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(From, To, Weekdays.Count);

    /// <summary>What is wrong with it; null if nothing is.</summary>
    internal string? Fault() => Weekdays is null ? "openHours has weekdays that are null; an empty list is meant."
        : Weekdays.Count > 7 || Weekdays.Any(d => !Enum.IsDefined(d)) ? "openHours has more than seven weekdays, or something that is no weekday."
        : LastTick <= From.Ticks ? $"openHours has {From:HH:mm:ss} to {To:HH:mm:ss}, which ends before it begins; hours beyond midnight are two entries, one to 24:00 and one from 00:00."
        : null;
}
