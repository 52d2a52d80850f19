using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the sort keys of a <see cref="RunQuery"/>.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunSort>))]
public enum RunSort
{
    /// <summary>Sorts by the end of the run.</summary>
    Ended = 0,

    /// <summary>Sorts by the instant for which the run was planned.</summary>
    Due = 1,

    /// <summary>Sorts by the start of the last attempt. Runs that did not start come last, or first in ascending order.</summary>
    Started = 2,

    /// <summary>Sorts by the duration of the last attempt.</summary>
    Duration = 3,

    /// <summary>Sorts by the time from the planned instant to the start of the last attempt.</summary>
    Lateness = 4,
}
