using System.Text.Json.Serialization;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>Defines what influenced the instant of an occurrence besides its schedule. JSON uses an array of camel case names.</summary>
[Flags]
[JsonConverter(typeof(OccurrenceEffectsJsonConverter))]
public enum OccurrenceEffects
{
    /// <summary>Nothing influenced it.</summary>
    None = 0,

    /// <summary>The local time does not exist on that day because clocks go forward; <see cref="GapRule"/> decides.</summary>
    ClocksForward = 1,

    /// <summary>The local time comes twice on that day because clocks go back; <see cref="OverlapRule"/> decides.</summary>
    ClocksBack = 2,

    /// <summary>The occurrence falls on a closed day of its business calendar; <see cref="ClosedDayRule"/> decides.</summary>
    ClosedDay = 4,

    /// <summary>The occurrence was moved at random, within the schedule's jitter; <see cref="JitterRule"/> decides how.</summary>
    Jitter = 8,

    /// <summary>The occurrence does not take place: the rule for one of the above drops it.</summary>
    Dropped = 16,

    /// <summary>The occurrence falls in closed hours of its business calendar; <see cref="ClosedDayRule"/> decides.</summary>
    ClosedHours = 32,
}
