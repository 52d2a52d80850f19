using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Which of several waiting runs begins first; among equals the one that has waited longest. Occurrences of schedules go before all others.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunPriority>))]
public enum RunPriority
{
    /// <summary>As others. The default.</summary>
    Normal = 0,

    /// <summary>Before those that are normal. Enough of them let others wait for ever.</summary>
    High = 1,

    /// <summary>When nothing else waits.</summary>
    Low = 2,
}
