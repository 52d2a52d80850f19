using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Whether the cluster's scheduler runs tasks.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SchedulerState>))]
public enum SchedulerState
{
    /// <summary>Nothing is started: requests to run are refused, dispatches are stored and wait.</summary>
    Stopped = 0,

    /// <summary>Tasks run.</summary>
    Started = 1,

    /// <summary>A start or stop has not reached all partitions yet.</summary>
    Mixed = 2,
}
