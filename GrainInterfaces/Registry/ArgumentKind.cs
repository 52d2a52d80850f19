using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Which JSON an argument is read from.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ArgumentKind>))]
public enum ArgumentKind
{
    /// <summary>Any JSON: an object or an array, or something of which no more is known.</summary>
    Any = 0,

    /// <summary>A text.</summary>
    Text = 1,

    /// <summary>A whole number.</summary>
    Integer = 2,

    /// <summary>A number.</summary>
    Number = 3,

    /// <summary>True or false.</summary>
    Boolean = 4,

    /// <summary>An instant, or a date and time, as a text.</summary>
    Instant = 5,

    /// <summary>A date, as a text.</summary>
    Date = 6,

    /// <summary>A duration such as <c>00:05:00</c>, as a text.</summary>
    Duration = 7,
}
