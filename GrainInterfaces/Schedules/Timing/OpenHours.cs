using System.Text.Json.Serialization;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>Defines the hours in which a business calendar is open on a day, including both ends.</summary>
/// <remarks>
/// In JSON: <c>{"weekdays":["saturday"],"from":"09:00","to":"13:00"}</c>. A day may have several. The times are local. A time that comes
/// twice is open both times, and a time that clocks skip does not exist.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OpenHours")]
public sealed record OpenHours
{
    /// <summary>Gets the weekdays to which the hours apply. Default: empty, for the weekdays that no other entry names.</summary>
    [Id(0)]
    public IReadOnlyList<DayOfWeek> Weekdays { get; init; } = [];

    /// <summary>Gets the first open time of the day. Default: midnight.</summary>
    [Id(1)]
    [JsonConverter(typeof(ClockTimeConverter))]
    public TimeOnly From { get; init; }

    /// <summary>
    /// Gets the last open time of the day, later than <see cref="From"/>. Default: midnight, which is the end of the day, in JSON
    /// <c>24:00</c>.
    /// </summary>
    [Id(2)]
    [JsonConverter(typeof(ClockTimeConverter.OfAnEnd))]
    public TimeOnly To { get; init; }

    /// <summary>Gets the last open tick of the day.</summary>
    internal long LastTick => To == TimeOnly.MinValue ? TimeSpan.TicksPerDay - 1 : To.Ticks;

    /// <inheritdoc />
    public bool Equals(OpenHours? other) =>
        other is not null && From == other.From && To == other.To && Weekdays.SequenceEqual(other.Weekdays);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(From, To, Weekdays.Count);

    /// <summary>Returns the fault, or null if there is none.</summary>
    internal string? Fault() => Weekdays is null ? "openHours has weekdays that are null; use an empty list instead."
        : Weekdays.Count > 7 || Weekdays.Any(d => !Enum.IsDefined(d)) ? "openHours has the weekdays "
            + $"{string.Join(", ", Weekdays.Take(8))}; at most seven are allowed, from Sunday to Saturday."
        : LastTick <= From.Ticks ? $"openHours has {From:HH:mm:ss} to {To:HH:mm:ss}, which ends before it begins; split hours beyond "
            + "midnight into two entries, one to 24:00 and one from 00:00."
        : null;
}
