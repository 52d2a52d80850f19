using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>After which end of a run its continuation is made. In JSON: camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ContinuationTrigger>))]
public enum ContinuationTrigger
{
    /// <summary>After a run that succeeded. The default.</summary>
    Succeeded = 0,

    /// <summary>After a run that failed with its last attempt, timed out, expired or was lost; not after one that was cancelled.</summary>
    Failed = 1,

    /// <summary>After every run, whatever it came to.</summary>
    Finished = 2,
}
