using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Where a batch is. In JSON: camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<BatchStatus>))]
public enum BatchStatus
{
    /// <summary>Not all of its runs have ended.</summary>
    Running = 0,

    /// <summary>All of its runs have ended, whatever they came to.</summary>
    Finished = 1,

    /// <summary>It was cancelled, and not all of its runs have ended yet: a handler is told to stop, and may take its time.</summary>
    Cancelling = 2,

    /// <summary>It was cancelled before all of its runs had ended, and by now they have.</summary>
    Cancelled = 3,
}
