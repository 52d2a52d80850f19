namespace OrleansTasks.Clocks;

/// <summary>Instants and times of which some may be missing. Pure.</summary>
internal static class Times
{
    /// <summary>An instant so much later; null without a time.</summary>
    public static DateTimeOffset? Later(DateTimeOffset instant, TimeSpan? by) =>
        by is not { } time ? null : time < DateTimeOffset.MaxValue - instant ? instant + time : DateTimeOffset.MaxValue;

    /// <summary>The earlier of two instants; the other one if one is missing.</summary>
    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    /// <summary>The shorter of two times; the other one if one is missing.</summary>
    public static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    /// <summary>Whether an instant that was recorded lies further ahead of the clock than is tolerated.</summary>
    public static bool IsAhead(DateTimeOffset? recorded, DateTimeOffset now, TimeSpan tolerance) => recorded - now > tolerance;
}
