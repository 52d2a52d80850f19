namespace OrleansTasks.Schedules.Timing;

/// <summary>Times on a clock that is never changed; what they are in a time zone is <see cref="ZonedPattern"/>'s affair.</summary>
internal interface ILocalPattern
{
    /// <summary>Whether it is meant to go on and on within a day: in an hour that comes twice too, and not at all in one that does not exist.</summary>
    bool Repeats { get; }

    /// <summary>The first time strictly after another.</summary>
    DateTime? NextAfter(DateTime local);
}
