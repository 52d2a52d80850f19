using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what happens to an occurrence whose local time does not exist because clocks go forward over it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<GapRule>))]
public enum GapRule
{
    /// <summary>Drops the occurrence of that day.</summary>
    Skip = 0,

    /// <summary>
    /// Moves the occurrence to the first instant that exists again: 02:30 becomes 03:00 if clocks go from 02:00 to 03:00.
    /// </summary>
    FirstValid = 1,

    /// <summary>Moves the occurrence by as much as clocks go forward: 02:30 becomes 03:30 if clocks go from 02:00 to 03:00.</summary>
    Shift = 2,
}
