namespace OrleansTasks.Clocks;

/// <summary>Computes with instants and times that may be missing. Pure.</summary>
internal static class Times
{
    /// <summary>Returns an instant that is later by the given time, or null without a time.</summary>
    public static DateTimeOffset? Later(DateTimeOffset instant, TimeSpan? by) =>
        by is not { } time ? null : time < DateTimeOffset.MaxValue - instant ? instant + time : DateTimeOffset.MaxValue;

    /// <summary>Returns the earlier of two instants, or the other one if one is missing.</summary>
    public static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    /// <summary>Returns the shorter of two times, or the other one if one is missing.</summary>
    public static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    /// <summary>Decides whether a recorded instant lies further ahead of the clock than the tolerance.</summary>
    public static bool IsAhead(DateTimeOffset? recorded, DateTimeOffset now, TimeSpan tolerance) => recorded - now > tolerance;
}
