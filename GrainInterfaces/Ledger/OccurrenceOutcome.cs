using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the outcomes of an instant that a schedule planned. JSON uses camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OccurrenceOutcome>))]
public enum OccurrenceOutcome
{
    /// <summary>A run was created for the occurrence; its result is in the history of runs.</summary>
    Fired = 0,

    /// <summary>The occurrence was left out on purpose, by a rule or by a person.</summary>
    Skipped = 1,

    /// <summary>The occurrence should have fired but did not.</summary>
    Missed = 2,
}
