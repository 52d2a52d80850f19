using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the states of a batch. JSON uses camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<BatchStatus>))]
public enum BatchStatus
{
    /// <summary>Some runs have not ended.</summary>
    Running = 0,

    /// <summary>All runs have ended, with any result.</summary>
    Finished = 1,

    /// <summary>The batch was cancelled, and some runs have not ended yet because their handlers take time to stop.</summary>
    Cancelling = 2,

    /// <summary>The batch was cancelled before all runs had ended, and all of them have ended now.</summary>
    Cancelled = 3,
}
