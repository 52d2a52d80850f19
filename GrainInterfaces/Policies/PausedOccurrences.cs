using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what happens to occurrences within a pause.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PausedOccurrences>))]
public enum PausedOccurrences
{
    /// <summary>Skips them. The default.</summary>
    Skip = 0,

    /// <summary>Counts them as missed; when the pause ends, <see cref="TaskOptions.CatchUp"/> decides how many of them run.</summary>
    CatchUp = 1,
}
