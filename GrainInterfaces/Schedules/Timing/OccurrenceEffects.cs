using System.Text.Json.Serialization;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>What had a say in when an occurrence is, besides its schedule. In JSON: an array of camel case names.</summary>
[Flags]
[JsonConverter(typeof(OccurrenceEffectsJsonConverter))]
public enum OccurrenceEffects
{
    /// <summary>Nothing had.</summary>
    None = 0,

    /// <summary>Its local time does not exist on that day, because clocks go forward; <see cref="GapRule"/> decides.</summary>
    ClocksForward = 1,

    /// <summary>Its local time comes twice on that day, because clocks go back; <see cref="OverlapRule"/> decides.</summary>
    ClocksBack = 2,

    /// <summary>It falls on a day on which its business calendar is closed; <see cref="ClosedDayRule"/> decides.</summary>
    ClosedDay = 4,

    /// <summary>It was moved at random, by no more than the schedule's jitter; <see cref="JitterRule"/> says where.</summary>
    Jitter = 8,

    /// <summary>It does not occur: the rule for one of the above drops it.</summary>
    Dropped = 16,

    /// <summary>It falls on hours at which its business calendar is closed; <see cref="ClosedDayRule"/> decides.</summary>
    ClosedHours = 32,
}
