using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What the runs of a <see cref="RunQuery"/> are sorted by.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunSort>))]
public enum RunSort
{
    /// <summary>When the run ended.</summary>
    Ended = 0,

    /// <summary>The instant for which the run was planned.</summary>
    Due = 1,

    /// <summary>When the last attempt began. Runs that did not begin come last, or first in ascending order.</summary>
    Started = 2,

    /// <summary>How long the last attempt took.</summary>
    Duration = 3,

    /// <summary>How long after its planned instant the last attempt began.</summary>
    Lateness = 4,
}
