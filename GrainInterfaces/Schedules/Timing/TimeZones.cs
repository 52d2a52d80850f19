using NodaTime;
using NodaTime.TimeZones;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Finds time zones by their IANA ids in the tz database of the NodaTime library, which is the same on every machine.</summary>
internal static class TimeZones
{
    /// <summary>The maximum length of an id: 100 characters.</summary>
    public const int MaxLength = 100;

    public static DateTimeZone Get(string? id) => (id?.Length > MaxLength ? null : Find(id ?? "UTC"))
        ?? throw new InvalidTaskException(null, [$"The time zone '{ShownText.Quote(id)}' is not known; use an IANA id such as "
            + "Europe/Berlin."]);

    public static DateTimeZone? Find(string id) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(id)
        ?? (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(id, out var iana)
            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(iana)
            : null);

    /// <summary>Returns an instant as the clocks of a zone show it.</summary>
    public static DateTimeOffset ToLocal(this DateTimeZone zone, DateTimeOffset instant)
    {
        // Before time zones were introduced, offsets had seconds, which the platform's type does not support.
        var offset = zone.GetUtcOffset(Instant.FromDateTimeOffset(instant)).ToTimeSpan();
        var minutes = new TimeSpan(offset.Ticks - (offset.Ticks % TimeSpan.TicksPerMinute));
        return IsInRange(instant.UtcTicks + minutes.Ticks) ? instant.ToOffset(minutes) : instant.ToUniversalTime();
    }

    /// <summary>
    /// Returns the instant of a local time. If it occurs twice, returns the first one. If it does not exist, returns one that is later by
    /// the length of the gap.
    /// </summary>
    public static DateTimeOffset ToInstant(this DateTimeZone zone, DateTime local)
    {
        var resolved = zone.ResolveLocal(LocalDateTime.FromDateTime(local), Resolvers.LenientResolver);
        var ticks = local.Ticks
            + (resolved.LocalDateTime - LocalDateTime.FromDateTime(local)).ToDuration().BclCompatibleTicks
            - resolved.Offset.ToTimeSpan().Ticks;
        return new DateTimeOffset(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <summary>Returns the first instant after the gap that contains a local time, or null if the time exists.</summary>
    public static DateTimeOffset? FirstAfterGap(this DateTimeZone zone, DateTime local) =>
        zone.MapLocal(LocalDateTime.FromDateTime(local)) is { Count: 0 } mapping ? mapping.LateInterval.Start.ToDateTimeOffset() : null;

    private static bool IsInRange(long ticks) => ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
}
