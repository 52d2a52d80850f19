using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Defines which of several waiting runs starts first. Among equals, the run that has waited longest starts first. Occurrences of schedules
/// start before all others.
/// </summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunPriority>))]
public enum RunPriority
{
    /// <summary>Starts in the usual order. The default.</summary>
    Normal = 0,

    /// <summary>Starts before normal runs. Enough of these runs can make other runs wait forever.</summary>
    High = 1,

    /// <summary>Starts when nothing else waits.</summary>
    Low = 2,
}
