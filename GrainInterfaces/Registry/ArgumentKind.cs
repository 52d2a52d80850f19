using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the JSON types of arguments.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ArgumentKind>))]
public enum ArgumentKind
{
    /// <summary>Any JSON: an object, an array, or a value of unknown type.</summary>
    Any = 0,

    /// <summary>A string.</summary>
    Text = 1,

    /// <summary>A whole number.</summary>
    Integer = 2,

    /// <summary>Any number.</summary>
    Number = 3,

    /// <summary>True or false.</summary>
    Boolean = 4,

    /// <summary>An instant, or a date and time, as a string.</summary>
    Instant = 5,

    /// <summary>A date, as a string.</summary>
    Date = 6,

    /// <summary>A duration such as <c>00:05:00</c>, as a string.</summary>
    Duration = 7,
}
