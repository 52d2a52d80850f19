using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What becomes of an occurrence on a day on which its business calendar is closed.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ClosedDayRule>))]
public enum ClosedDayRule
{
    /// <summary>It does not occur.</summary>
    Drop = 0,

    /// <summary>It occurs at the same local time of the next open day; once, if another one is there already.</summary>
    Next = 1,

    /// <summary>It occurs at the same local time of the previous open day; once, if another one is there already.</summary>
    Previous = 2,
}
