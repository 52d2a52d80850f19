using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What came of an instant that a schedule had planned. In JSON: camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OccurrenceOutcome>))]
public enum OccurrenceOutcome
{
    /// <summary>A run was made for it; what that came to is in the history of runs.</summary>
    Fired = 0,

    /// <summary>It was left out on purpose: a rule or somebody said so.</summary>
    Skipped = 1,

    /// <summary>It was to be made, and was not.</summary>
    Missed = 2,
}
