using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What becomes of an occurrence whose local time does not exist, because clocks go forward over it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<GapRule>))]
public enum GapRule
{
    /// <summary>It does not occur on that day.</summary>
    Skip = 0,

    /// <summary>It occurs at the first instant that exists again: one at 02:30 occurs at 03:00, if clocks go from 02:00 to 03:00.</summary>
    FirstValid = 1,

    /// <summary>It occurs as much later as clocks go forward: one at 02:30 occurs at 03:30, if clocks go from 02:00 to 03:00.</summary>
    Shift = 2,
}
