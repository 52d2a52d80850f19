namespace OrleansTasks.Schedules.Timing;

/// <summary>Computes times on a clock without clock changes. <see cref="ZonedPattern"/> converts them to a time zone.</summary>
internal interface ILocalPattern
{
    /// <summary>
    /// Gets whether the pattern repeats within a day. Then it also runs in an hour that occurs twice, and not in one that does not exist.
    /// </summary>
    bool Repeats { get; }

    /// <summary>Returns the first time strictly after another.</summary>
    DateTime? NextAfter(DateTime local);
}
