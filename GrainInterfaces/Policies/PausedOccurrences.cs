using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What becomes of the occurrences within a pause.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PausedOccurrences>))]
public enum PausedOccurrences
{
    /// <summary>They are skipped. The default.</summary>
    Skip = 0,

    /// <summary>They count as missed: when the pause ends, as many of them run as <see cref="TaskOptions.CatchUp"/> says.</summary>
    CatchUp = 1,
}
