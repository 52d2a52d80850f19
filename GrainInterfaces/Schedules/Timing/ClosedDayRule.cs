using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what happens to an occurrence on a day, or in hours, at which one of its business calendars is closed.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ClosedDayRule>))]
public enum ClosedDayRule
{
    /// <summary>Drops the occurrence.</summary>
    Drop = 0,

    /// <summary>
    /// Moves the occurrence to the same local time of the next open day, or from closed hours to the next opening; occurrences at the same
    /// instant become one.
    /// </summary>
    Next = 1,

    /// <summary>
    /// Moves the occurrence to the same local time of the previous open day, or from closed hours to the last open time; occurrences at the
    /// same instant become one.
    /// </summary>
    Previous = 2,
}
