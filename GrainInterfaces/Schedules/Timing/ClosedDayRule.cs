using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What becomes of an occurrence on a day, or at hours, at which one of its business calendars is closed.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ClosedDayRule>))]
public enum ClosedDayRule
{
    /// <summary>It does not occur.</summary>
    Drop = 0,

    /// <summary>It occurs at the same local time of the next open day, and from closed hours when the calendar opens next; once, if another one is there already.</summary>
    Next = 1,

    /// <summary>It occurs at the same local time of the previous open day, and from closed hours when the calendar was last open; once, if another one is there already.</summary>
    Previous = 2,
}
