using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the ends of a run after which its continuation starts. JSON uses camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ContinuationTrigger>))]
public enum ContinuationTrigger
{
    /// <summary>Starts it after a run that succeeded. The default.</summary>
    Succeeded = 0,

    /// <summary>
    /// Starts it after a run that failed with its last attempt, timed out, expired or was lost, but not after a cancelled run.
    /// </summary>
    Failed = 1,

    /// <summary>Starts it after every run, with any result.</summary>
    Finished = 2,
}
